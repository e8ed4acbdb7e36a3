import { type AuthorityPolicy, ocspPolicyOf } from '../../shared/policy/certificate-policy.ts';
import { type UnixSeconds, unixSeconds } from '../../shared/time.ts';

/** Responses that have lived through this share of their validity go before all others. */
const URGENT_AFTER = 0.75;

/**
 * RSP-9 by way of the policy's `refreshAfterSeconds`: responses whose thisUpdate is this or earlier
 * are replaced now. Two thresholds, to be worked off in this order, so that what runs out soonest is
 * replaced first though each is worked off in the order of shards. Pure, so that a test can run it
 * through a year.
 */
export function renewalThresholds(
  policy: AuthorityPolicy,
  now: UnixSeconds,
): readonly [urgent: UnixSeconds, due: UnixSeconds] {
  const { refreshAfterSeconds, validitySeconds } = ocspPolicyOf(policy);
  const refreshAfter = refreshAfterSeconds.value;
  const urgentAfter = Math.max(refreshAfter, Math.floor(URGENT_AFTER * validitySeconds.value));
  const ago = (seconds: number) => unixSeconds(Math.max(0, now - seconds));
  return [ago(urgentAfter), ago(refreshAfter)];
}
