import type { AuthorityPolicy } from '../../../shared/policy/certificate-policy.ts';
import { expiredCertsSince, retentionCutoffs } from '../../../shared/policy/retention.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import { splitSignedDER } from '../../signing/signed-der.ts';
import { signedCRLCandidate } from '../crl/candidate.ts';
import { crlRequirements } from '../crl/requirements.ts';
import { readTime } from '../read-time.ts';
import { type Finding, findingsOf } from '../requirement.ts';
import type { FileContext } from './file-context.ts';
import { algorithmsDiffer, notice } from './file-requirement.ts';
import { authorityNamed, type KnownIssuer } from './known-issuer.ts';
import { signatureFindings } from './verified.ts';

/** Every requirement of a CRL that needs no more than the file, the policy and the issuer. */
export function lintCRLFile(der: Uint8Array, { policy, issuer }: FileContext): readonly Finding[] {
  const signed = splitSignedDER(der);
  const unknown = { issuer: null, keyIdentifier: null, signatureAlgorithm: null };
  const candidate = signed && signedCRLCandidate(signed.tbs, unknown);
  if (!signed || !candidate?.ok) return [];
  const { fields } = candidate.value;
  const authority = policy ? authorityNamed(policy, fields.issuer) : undefined;
  const profile = authority && policy?.profiles.get(authority.profile);
  const algorithm = profile?.signatureAlgorithm.value ?? null;
  const known = {
    issuer: issuer?.subject ?? null,
    keyIdentifier: issuer?.keyIdentifier ?? null,
    // What a CA signs besides certificates is never signed with SHA-1 (CRT-5).
    signatureAlgorithm: algorithm === 'sha1WithRSAEncryption' ? null : algorithm,
    expiredCertsOnCRL: authority && expiredCertsOf(authority, fields.thisUpdate, issuer),
  };
  return [
    ...algorithmsDiffer('CRL-2', signed, fields.signature),
    ...signatureFindings(der, issuer && { spki: issuer.spki, name: 'the issuer' }),
    ...(policy && !authority
      ? [notice('policy', 'CP 1.1', 'the issuer is no authority of this policy')]
      : []),
    ...findingsOf(crlRequirements, { ...candidate.value, ...known }),
  ];
}

/** What the policy has the CRL say (CRL-16); undefined where it needs the issuer's certificate. */
function expiredCertsOf(
  authority: AuthorityPolicy,
  thisUpdate: Uint8Array,
  issuer: KnownIssuer | null,
): UnixSeconds | null | undefined {
  if (!authority.crl.expiredCertsOnCRL?.value) return null;
  const at = readTime(thisUpdate);
  if (at === undefined || issuer === null) return undefined;
  return expiredCertsSince(issuer, retentionCutoffs(authority, at).revoked);
}
