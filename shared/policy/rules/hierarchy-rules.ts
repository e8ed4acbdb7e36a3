import type { AuthorityPolicy, CertificatePolicy } from '../certificate-policy.ts';
import { isCA } from './profile-use.ts';

export interface AuthorityFinding {
  /** Path under the authority. */
  readonly field: string;
  readonly reason: string;
  readonly clause: string;
}

/** What one authority is in the hierarchy, and what that asks of its fields. */
export function hierarchyFindings(
  policy: Pick<CertificatePolicy, 'authorities' | 'profiles'>,
  authority: AuthorityPolicy,
): readonly AuthorityFinding[] {
  return [
    ...roleFindings(policy, authority),
    ...pathLengthFindings(policy, authority),
    ...scopeFindings(policy, authority),
  ];
}

function roleFindings(
  { profiles }: Pick<CertificatePolicy, 'profiles'>,
  { profile, issues, ocsp }: AuthorityPolicy,
): readonly AuthorityFinding[] {
  const findings: AuthorityFinding[] = [];
  const own = profiles.get(profile);
  if (own && !(isCA(own) && own.basicConstraints?.critical)) {
    const reason = `names ${profile}, whose basicConstraints is not critical with cA true`;
    findings.push({ field: 'profile', reason, clause: 'RFC 5280 4.2.1.9; CP table 7.1.2-6' });
  }
  for (const [index, name] of issues.entries()) {
    const issued = profiles.get(name);
    if (!issued || !isCA(issued)) continue;
    const reason = `names ${name}, which is a CA: those are authorities of their own`;
    findings.push({ field: `issues/${index}`, reason, clause: 'CP 1.3.1, 4.1; RFC 5280 4.2.1.9' });
  }
  const responder = ocsp && profiles.get(ocsp.responderProfile);
  if (responder && isCA(responder)) {
    const reason = `names ${ocsp.responderProfile}, which is a CA`;
    findings.push({ field: 'ocsp/responderProfile', reason, clause: 'RFC 6960 4.2.2.2; RSP-18' });
  }
  return findings;
}

/** RFC 5280 4.2.1.9: how many CAs may come below each one above. */
function pathLengthFindings(
  { authorities, profiles }: Pick<CertificatePolicy, 'authorities' | 'profiles'>,
  { issuer }: AuthorityPolicy,
): readonly AuthorityFinding[] {
  let below = 1;
  for (let name = issuer; name !== null; below++) {
    const above = authorities.get(name);
    const constraints = above && profiles.get(above.profile)?.basicConstraints?.value;
    const most = constraints?.pathLenConstraint ?? null;
    if (most !== null && below > most) {
      const reason = `is below ${name}, whose pathLenConstraint of ${most} has no room for it`;
      return [{ field: 'issuer', reason, clause: 'RFC 5280 4.2.1.9; CP table 7.1.2-6' }];
    }
    name = above?.issuer ?? null;
  }
  return [];
}

/** What is signed below code-signing time-stamps serves them; nothing lesser may stand above them. */
function scopeFindings(
  { authorities }: Pick<CertificatePolicy, 'authorities'>,
  { issuer, scope }: AuthorityPolicy,
): readonly AuthorityFinding[] {
  const above = issuer === null ? undefined : authorities.get(issuer)?.scope?.value;
  if (scope?.value !== 'code-signing' || issuer === null || above === 'code-signing') return [];
  const reason = `is code-signing below ${issuer}, which is not`;
  return [{ field: 'scope', reason, clause: 'CP 1.1, 7.1.3; CRT-5' }];
}
