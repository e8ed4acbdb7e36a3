import type { AuthorityPolicy } from '../../shared/policy/certificate-policy.ts';
import { type UnixSeconds, unixSeconds } from '../../shared/time.ts';

/**
 * RSP-9 by way of the policy's `refreshAfterSeconds`: responses whose thisUpdate is this or earlier
 * are replaced now. Pure, so that a test can run it through a year.
 */
export function renewalThreshold(policy: AuthorityPolicy, now: UnixSeconds): UnixSeconds {
  return unixSeconds(Math.max(0, now - policy.ocsp.refreshAfterSeconds.value));
}
