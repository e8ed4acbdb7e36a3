import { ok, type Result } from '../../../shared/result.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import type { CeremonyRequest } from '../bundle.ts';
import { type CRLContents, readCRLContents, vanishedEntries } from '../crl-contents.ts';
import { type CeremonyIssuer, crlTerms, lintCRL } from '../lint-items.ts';
import { type HostError, lintRefused, refuseAtHost } from './host-error.ts';
import type { Host } from './open-host.ts';

/** Against the policy of this host and the last CRL that it signed: no lower number, no entry forgotten. */
export function checkCRL(
  host: Host,
  { authority: { name } }: CeremonyRequest,
  tbs: Uint8Array,
  issuer: CeremonyIssuer,
  previous: CRLContents | null,
  now: UnixSeconds,
): Result<true, HostError> {
  const contents = readCRLContents(tbs);
  const policy = host.policy.authorities.get(name);
  if (!contents || !policy) return lintRefused(undefined);
  if (previous && contents.crlNumber <= previous.crlNumber) {
    const reason = `CRL number ${contents.crlNumber} is not above ${previous.crlNumber}, which was signed here`;
    return refuseAtHost('bundle-superseded', reason, 'sign the newest bundle instead');
  }
  if (contents.nextUpdate <= now)
    return refuseAtHost('bundle-expired', 'its CRL would be out of date', 'export again');
  const vanished = previous ? vanishedEntries(previous, contents) : [];
  if (vanished.length > 0) {
    const reason = `the CRL forgets ${vanished.slice(0, 3).join(', ')}, revoked in the last CRL signed here`;
    return refuseAtHost('entries-vanished', reason, 'do not sign it; find out who made it');
  }
  const terms = crlTerms(host.policy, policy, issuer);
  const linted = lintCRL(tbs, terms, issuer, previous, now);
  return linted.ok ? ok(true) : lintRefused(linted.error.findings);
}
