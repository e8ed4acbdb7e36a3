import {
  type Decode,
  integer,
  list,
  refined,
  required,
  strictObject,
  text,
} from '../json-fields.ts';
import { err, ok } from '../result.ts';
import { unixSecondsFromISO } from '../time.ts';
import { type Sourced, sourced } from './sourced.ts';

/**
 * How long before a planned revocation its request has to arrive, and in whose business days they are
 * counted. CP 4.9.4 says 営業日 and defines it nowhere: Saturdays, Sundays and the listed days are none.
 */
export interface RevocationPolicy {
  readonly noticeBusinessDays: Sourced<number>;
  /** Minutes east of UTC; a day begins at midnight there. */
  readonly utcOffsetMinutes: Sourced<number>;
  /** `YYYY-MM-DD`; a year without an entry has its Saturdays and Sundays only. */
  readonly holidays: Sourced<readonly string[]>;
}

const date: Decode<string> = refined(
  text(10),
  (day) => (unixSecondsFromISO(`${day}T00:00:00Z`).ok ? ok(day) : err('no date')),
  'must be a date such as 2026-11-23',
);

export const revocationPolicy: Decode<RevocationPolicy> = strictObject<RevocationPolicy>({
  noticeBusinessDays: required(sourced(integer(0, 60))),
  utcOffsetMinutes: required(sourced(integer(-720, 840))),
  holidays: required(sourced(list(date, 1_000))),
});
