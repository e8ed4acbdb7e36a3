import { ocspPolicyOf } from '../../shared/policy/certificate-policy.ts';
import { addSeconds, type Seconds, type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import { latestCRLTimes } from '../database/crl-table.ts';
import type { Reader } from '../database/database.ts';
import { newestResponder, type ResponderRow, respondersOf } from '../database/responder-table.ts';
import { findRevocation } from '../database/revocation-table.ts';
import { type ActiveAuthority, certificateValidity } from '../issuance/issuer.ts';
import { canStillSign, responderDueFrom } from '../presigning/plan.ts';

/** A ceremony is asked for this long before a responder ends, or a third of its life if that is less. */
const LEAD_MOST: Seconds = 30 * 86_400;

/** How soon a responder that was revoked has to be replaced: OCSP is silent until then. */
const WITHIN_A_DAY: Seconds = 86_400;

/**
 * From when on the next ceremony of an offline authority brings a new responder: people have to come
 * together for it, so earlier than one that an online key makes (RSP-36).
 */
export function offlineResponderDueFrom(
  { policy }: ActiveAuthority,
  { certificate, notAfter }: ResponderRow,
): UnixSeconds {
  const { notBefore } = certificateValidity(certificate);
  const lead = Math.min(LEAD_MOST, Math.floor((notAfter - notBefore) / 3));
  const from = Math.min(notAfter - lead, responderDueFrom(policy, notAfter));
  return unixSeconds(Math.max(0, from));
}

/** Whether a ceremony that is held now brings a new responder. */
export function offlineResponderIsDue(
  authority: ActiveAuthority,
  newest: ResponderRow | undefined,
  now: UnixSeconds,
): boolean {
  const { policy, notAfter } = authority;
  if (policy.ocsp === null || !canStillSign(notAfter, now)) return false;
  if (!newest) return true;
  return newest.notAfter < notAfter && now >= offlineResponderDueFrom(authority, newest);
}

/**
 * When a new responder has to be there: before the windows of responses have to be cut short for the
 * end of the old one (RSP-21), a response's validity before it. null while none is due, and until the
 * first CRL, whose ceremony brings the first responder.
 */
export function responderDuty(
  db: Reader,
  authority: ActiveAuthority,
  now: UnixSeconds,
): { readonly since: UnixSeconds; readonly due: UnixSeconds } | null {
  const { row, policy } = authority;
  const newest = newestResponder(db, row.id);
  if (!latestCRLTimes(db, row.id) || !offlineResponderIsDue(authority, newest, now)) return null;
  if (newest) {
    const validity = ocspPolicyOf(policy).validitySeconds.value;
    return {
      since: offlineResponderDueFrom(authority, newest),
      due: unixSeconds(newest.notAfter - validity),
    };
  }
  const [last] = respondersOf(db, row.id);
  const since = (last && findRevocation(db, last.certificateId)?.recordedAt) ?? now;
  return { since, due: addSeconds(since, WITHIN_A_DAY) };
}
