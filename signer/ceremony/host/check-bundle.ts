import { bytesEqual } from '../../../shared/bytes.ts';
import { must, ok, type Result } from '../../../shared/result.ts';
import { isoText, type UnixSeconds } from '../../../shared/time.ts';
import { encodeName } from '../../issuance/distinguished-name.ts';
import { certificateValidity, servicesOf } from '../../issuance/issuer.ts';
import { keyIdentifier } from '../../issuance/public-key.ts';
import { checkApprovals } from '../approval.ts';
import { type CeremonyBundle, type CeremonyItem, decodeBundle, requestHash } from '../bundle.ts';
import { instantOf, octetsOf } from '../canonical-document.ts';
import { type CRLContents, readCRLContents } from '../crl-contents.ts';
import type { CeremonyIssuer } from '../lint-items.ts';
import { policyHashOfRequest } from '../policy-hash.ts';
import { sameSummary, summariseItem } from '../summary.ts';
import { checkCertificate } from './check-certificate.ts';
import { checkCertifiedBefore } from './check-certified-before.ts';
import { checkCRL } from './check-crl.ts';
import { checkKeys } from './check-keys.ts';
import { isUnanswered, lastCRL } from './crl-memory.ts';
import { type HostAuthority, readHostAuthority } from './host-authority.ts';
import { type HostError, refuseAtHost } from './host-error.ts';
import type { Host } from './open-host.ts';

/** A bundle that passed every check of this host, with what is to be shown and signed. */
export interface CheckedBundle {
  readonly bundle: CeremonyBundle;
  readonly authority: HostAuthority;
  readonly issuer: CeremonyIssuer;
  readonly approvedBy: readonly string[];
  readonly crl: CRLContents;
  /**
   * What this host signed last for this authority; null when it is the first, or the last itself, of
   * which no signature left.
   */
  readonly previousCRL: CRLContents | null;
  /** Keys of the bundle (SHA-256, hexadecimal) that this host certified in another, with that one's id. */
  readonly certifiedBefore: readonly (readonly [key: string, ceremony: string])[];
}

/**
 * Everything that is checked before people are shown anything, and again before anything is signed, all
 * of it against what this host itself holds at `now`: its policy file, its pinned operators, its keys,
 * its log and the last CRL that it signed.
 */
export function checkBundle(
  host: Host,
  text: string,
  now: UnixSeconds,
): Result<CheckedBundle, HostError> {
  const decoded = decodeBundle(text);
  if (!decoded.ok) {
    return decoded.error.code === 'bundle-changed'
      ? refuseAtHost(
          'bundle-changed',
          'the bundle is not what its own hash says',
          'fetch it again with `inkan ceremony show`',
        )
      : refuseAtHost('bundle-malformed', `the bundle: ${decoded.error.reason}`, 'fetch it again');
  }
  const bundle = decoded.value;
  const authority = checkAuthority(host, bundle);
  if (!authority.ok) return authority;
  const approved = checkApproved(host, bundle);
  if (!approved.ok) return approved;
  const dates = checkDates(bundle, now);
  if (!dates.ok) return dates;
  const { request } = bundle;
  if (
    request.policySha256 !== policyHashOfRequest(host.policy, request.authority.name, request.items)
  ) {
    const reason = `the policy file here says something else about ${request.authority.name}`;
    return refuseAtHost('policy-differs', reason, 'bring both hosts the same policy file');
  }
  const issuer = issuerHere(host, authority.value, request);
  const crl = checkItems(host, bundle, issuer, now);
  if (!crl.ok) return crl;
  return ok({
    ...{ bundle, authority: authority.value, issuer, approvedBy: approved.value },
    ...crl.value,
  });
}

function issuerHere(
  { policy }: Host,
  { spki, certificate }: HostAuthority,
  { authority }: CeremonyBundle['request'],
): CeremonyIssuer {
  const own = policy.authorities.get(authority.name);
  const identifier = must(keyIdentifier(octetsOf(spki)), 'a key of this host');
  return {
    ...{ subject: octetsOf(authority.subject), spki: octetsOf(spki) },
    ...certificateValidity(octetsOf(certificate ?? '')),
    services: own ? servicesOf(own, identifier) : null,
  };
}

/** The CA is one whose key this host made, by name, key and subject. */
function checkAuthority(host: Host, { request }: CeremonyBundle): Result<HostAuthority, HostError> {
  const { name, subject, spki } = request.authority;
  const authority = readHostAuthority(host.directory, name);
  const policy = host.policy.authorities.get(name);
  const known =
    authority?.spki === spki &&
    authority.certificate !== null &&
    policy !== undefined &&
    bytesEqual(octetsOf(subject), encodeName(policy.subject.value));
  if (known) return ok(authority);
  const reason = `the bundle is for ${name} with a key or subject that is not of this host`;
  return refuseAtHost('bundle-other-authority', reason, 'take it to the host that holds this key');
}

function checkApproved(host: Host, bundle: CeremonyBundle): Result<readonly string[], HostError> {
  const approved = checkApprovals(
    requestHash(bundle.request),
    bundle.approvals,
    host.config.approvals,
  );
  if (approved.ok) return approved;
  if (approved.error.code === 'approval-wrong') {
    const reason = `the approval of ${approved.error.operator} is for another request`;
    return refuseAtHost('approval-wrong', reason, 'do not sign it; find out who changed it');
  }
  const { required, found } = approved.error;
  const names = found.length === 0 ? 'nobody' : found.join(', ');
  const reason = `${required} of the operators pinned here must approve, and ${names} did`;
  return refuseAtHost(
    'approvals-missing',
    reason,
    'have it approved with `inkan ceremony approve`',
  );
}

function checkDates({ request }: CeremonyBundle, now: UnixSeconds): Result<true, HostError> {
  if (now > instantOf(request.expiresAt)) {
    const reason = `the bundle ended at ${request.expiresAt}`;
    return refuseAtHost('bundle-expired', reason, 'export again');
  }
  if (now >= instantOf(request.createdAt)) return ok(true);
  const reason = `the bundle was made at ${request.createdAt}, and it is ${isoText(now)} here`;
  return refuseAtHost('bundle-not-yet', reason, 'set the clock of this host right');
}

function checkItems(
  host: Host,
  { request }: CeremonyBundle,
  issuer: CeremonyIssuer,
  now: UnixSeconds,
): Result<Pick<CheckedBundle, 'crl' | 'previousCRL' | 'certifiedBefore'>, HostError> {
  let crl: CRLContents | undefined;
  const { name } = request.authority;
  const crlItem = octetsOf(request.items.find(({ kind }) => kind === 'crl')?.tbs ?? '');
  const previousCRL = isUnanswered(host, name, crlItem) ? null : lastCRL(host, name);
  for (const [index, item] of request.items.entries()) {
    const summary = checkSummary(item, index);
    if (!summary.ok) return summary;
    const checked =
      item.kind === 'crl'
        ? checkCRL(host, request, octetsOf(item.tbs), issuer, previousCRL, now)
        : checkCertificate(host, name, item, issuer, now);
    if (!checked.ok) return checked;
    if (item.kind === 'crl') crl = readCRLContents(octetsOf(item.tbs));
  }
  const keys = checkKeys(host.directory, request.items);
  if (!keys.ok) return keys;
  const before = checkCertifiedBefore(host, request);
  if (!before.ok) return before;
  // The decoder saw to it that there is one.
  return crl
    ? ok({ crl, previousCRL, certifiedBefore: before.value })
    : refuseAtHost('bundle-malformed', 'no CRL', 'export again');
}

/** What people approved was said of these very bytes. */
function checkSummary(item: CeremonyItem, index: number): Result<true, HostError> {
  const tbs = octetsOf(item.tbs);
  const found = summariseItem(tbs, item);
  if (found && sameSummary(found, item.summary)) return ok(true);
  const reason = `item ${index + 1} says something else than its bytes`;
  return refuseAtHost('summary-differs', reason, 'do not sign it; find out who made it');
}
