import type { AuthorityPolicy } from '../../../shared/policy/certificate-policy.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { addSeconds, isoText, type UnixSeconds, unixSeconds } from '../../../shared/time.ts';
import type { CeremonyRequest } from '../bundle.ts';
import { instantOf } from '../canonical-document.ts';
import { type CRLContents, readCRLContents, vanishedEntries } from '../crl-contents.ts';
import { type CeremonyIssuer, crlTerms, lintCRL } from '../lint-items.ts';
import { lastCRL } from './crl-memory.ts';
import { type HostError, lintRefused, refuseAtHost } from './host-error.ts';
import type { Host } from './open-host.ts';

/** Against the policy of this host and the last CRL that it signed: no lower number, no entry forgotten. */
export function checkCRL(
  host: Host,
  { authority: { name }, createdAt }: CeremonyRequest,
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
  if (!linted.ok) return lintRefused(linted.error.findings);
  // Of a CRL that is signed anew because no signature of it left, the last one is itself.
  const last = lastCRL(host, name);
  const differs = differsFromPolicy(contents, policy, instantOf(createdAt), last);
  if (differs === null) return ok(true);
  return refuseAtHost('crl-differs', differs, 'do not sign it; find out who made it');
}

/**
 * A number is taken for each export, and one ceremony signs the newest: more than this many exports of
 * which none was signed do not come from people. It keeps whoever has the signer from using the numbers up.
 */
export const CRL_NUMBER_STEP_MOST = 1_000;

/** What the signer's own export makes of the policy, the time of the export and the CRL before; else why not. */
function differsFromPolicy(
  { crlNumber, thisUpdate, nextUpdate }: CRLContents,
  { crl }: AuthorityPolicy,
  createdAt: UnixSeconds,
  previous: CRLContents | null,
): string | null {
  if (thisUpdate !== createdAt)
    return `the CRL is of ${isoText(thisUpdate)}, and the bundle of ${isoText(createdAt)}`;
  if (previous && thisUpdate < previous.thisUpdate)
    return `the CRL is older than CRL ${previous.crlNumber}, which was signed here`;
  const until = addSeconds(thisUpdate, crl.validitySeconds.value);
  const wanted = unixSeconds(Math.max(until, previous?.nextUpdate ?? 0));
  if (nextUpdate !== wanted)
    return `the CRL ends at ${isoText(nextUpdate)}, and by the policy here at ${isoText(wanted)}`;
  const before = previous?.crlNumber ?? 0;
  return crlNumber - before > CRL_NUMBER_STEP_MOST
    ? `CRL number ${crlNumber} is more than ${CRL_NUMBER_STEP_MOST} above ${before}`
    : null;
}
