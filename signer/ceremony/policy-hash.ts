import { createHash } from 'node:crypto';
import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import type { CeremonyRequest } from './bundle.ts';

/**
 * SHA-256 (hexadecimal) of what the policy says of these authorities and profiles. Two hosts whose
 * files differ elsewhere, or of which one reads more files than the other, still agree; where they
 * differ here nothing is signed or imported.
 */
export function policyHash(
  policy: CertificatePolicy,
  authorities: readonly string[],
  profiles: readonly string[],
): string {
  const picked = {
    authorities: pick(policy.authorities, authorities),
    profiles: pick(policy.profiles, profiles),
  };
  return createHash('sha256')
    .update(JSON.stringify(sorted(picked)))
    .digest('hex');
}

/** Of everything that a request with these items depends on. */
export function policyHashOfRequest(
  policy: CertificatePolicy,
  authority: string,
  items: CeremonyRequest['items'],
): string {
  const own = policy.authorities.get(authority)?.profile ?? '';
  const certificates = items.filter((item) => item.kind === 'certificate');
  return policyHash(
    policy,
    [authority, ...certificates.flatMap(({ subjectAuthority }) => subjectAuthority ?? [])],
    [own, ...certificates.map(({ profile }) => profile)],
  );
}

function pick<T>(from: ReadonlyMap<string, T>, names: readonly string[]): readonly unknown[] {
  return [...new Set(names)].sort().map((name) => [name, from.get(name) ?? null]);
}

/** Members in the order of their names, so that the order in a file does not matter. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value instanceof Map) return sorted(Object.fromEntries(value));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, member]) => [name, sorted(member)]);
}
