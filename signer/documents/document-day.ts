import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import { type Day, dayOf } from '../../shared/policy/day.ts';
import { must } from '../../shared/result.ts';
import {
  addSeconds,
  type Seconds,
  type UnixSeconds,
  unixSecondsFromISO,
} from '../../shared/time.ts';

/** CP 9.12.2: 告知日から一週間. */
export const OBJECTION_SECONDS: Seconds = 7 * 86_400;

/** The day where the CA is, as its business days are counted; in UTC where the policy does not say. */
export function documentDay({ revocation }: CertificatePolicy, now: UnixSeconds): Day {
  return dayOf(addSeconds(now, 60 * (revocation?.utcOffsetMinutes.value ?? 0)));
}

/** A day as the catalogue has it: its midnight in UTC, so that it is the same day for every reader. */
export function instantOfDay(day: Day): UnixSeconds {
  return must(unixSecondsFromISO(`${day}T00:00:00Z`), 'a day');
}
