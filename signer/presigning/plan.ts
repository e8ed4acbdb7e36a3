import { refreshDeadline } from '../../shared/ocsp/refresh-deadline.ts';
import { type AuthorityPolicy, ocspPolicyOf } from '../../shared/policy/certificate-policy.ts';
import { type Seconds, type UnixSeconds, unixSeconds } from '../../shared/time.ts';

/** What the plan goes by; every function here is pure, so that a test can run it through years. */
export type RefreshPolicy = Pick<AuthorityPolicy, 'ocsp'>;

/** RSP-8: no response is valid for less (CP 4.9.10 item 1). */
export const RESPONSE_VALIDITY_LEAST: Seconds = 28_800;

/** Whether a response that is made now and ends by `end` may be signed at all (RSP-8, RSP-21). */
export function canStillSign(end: UnixSeconds, now: UnixSeconds): boolean {
  return end - now >= RESPONSE_VALIDITY_LEAST;
}

/** nextUpdate - thisUpdate of a response that is made at `thisUpdate` and may not outlive `end`. */
export function responseValidity(
  policy: RefreshPolicy,
  thisUpdate: UnixSeconds,
  end: UnixSeconds,
): Seconds {
  return Math.min(ocspPolicyOf(policy).validitySeconds.value, end - thisUpdate);
}

/**
 * Age at which a response of this validity is replaced. A shorter one, as before the end of its
 * responder, keeps the policy's share of the deadline of RSP-9, so that the time for an outage
 * shrinks with it and never to nothing.
 */
export function refreshAge(policy: RefreshPolicy, validity: Seconds): Seconds {
  const ocsp = ocspPolicyOf(policy);
  const whole = ocsp.validitySeconds.value;
  const after = ocsp.refreshAfterSeconds.value;
  if (validity >= whole) return after;
  return Math.floor((refreshDeadline(Math.max(0, validity)) * after) / refreshDeadline(whole));
}

/** Half of the time between refresh age and deadline is gone: these go before all others. */
function urgentAge(policy: RefreshPolicy, validity: Seconds): Seconds {
  const age = refreshAge(policy, validity);
  return age + Math.floor((refreshDeadline(Math.max(0, validity)) - age) / 2);
}

/**
 * RSP-9: responses whose thisUpdate is this or earlier are replaced now. Two thresholds, to be worked
 * off in this order, so that what runs out soonest is replaced first though each is worked off in the
 * order of shards. `end` is the earliest end of a responder whose answers are out: before it windows
 * are shorter than the policy's (RSP-21), and so is the time until they are due.
 */
export function renewalThresholds(
  policy: RefreshPolicy,
  now: UnixSeconds,
  end: UnixSeconds,
): readonly [urgent: UnixSeconds, due: UnixSeconds] {
  const madeBy = (ageOf: (policy: RefreshPolicy, validity: Seconds) => Seconds) =>
    latestOfAge(now, ocspPolicyOf(policy).validitySeconds.value, (thisUpdate) =>
      ageOf(policy, responseValidity(policy, thisUpdate, end)),
    );
  return [madeBy(urgentAge), madeBy(refreshAge)];
}

/** The greatest thisUpdate that has reached its age: thisUpdate + age never falls, so halving finds it. */
function latestOfAge(
  now: UnixSeconds,
  atMost: Seconds,
  ageAt: (thisUpdate: UnixSeconds) => Seconds,
): UnixSeconds {
  let reached = Math.max(0, now - atMost);
  let notReached: number = now + 1;
  while (notReached - reached > 1) {
    const middle = unixSeconds(Math.floor((reached + notReached) / 2));
    if (middle + ageAt(middle) <= now) reached = middle;
    else notReached = middle;
  }
  return unixSeconds(reached);
}

/**
 * RSP-36: a new responder is due while the newest still outlives two more responses, so that a
 * rotation may fail for as long as one response is valid before any nextUpdate has to be cut short.
 * A CA near its own end cannot certify one that lives longer than the newest does, and in its last
 * 8 hours none that could sign.
 */
export function responderIsDue(
  policy: RefreshPolicy,
  newest: { readonly notAfter: UnixSeconds } | undefined,
  authorityEnd: UnixSeconds,
  now: UnixSeconds,
): boolean {
  if (policy.ocsp === null || !canStillSign(authorityEnd, now)) return false;
  if (!newest) return true;
  return newest.notAfter < authorityEnd && now >= responderDueFrom(policy, newest.notAfter);
}

/** The first moment at which a responder that ends then no longer outlives two more responses. */
export function responderDueFrom(policy: RefreshPolicy, notAfter: UnixSeconds): number {
  return notAfter - 2 * ocspPolicyOf(policy).validitySeconds.value + 1;
}
