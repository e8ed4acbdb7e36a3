import { type Decode, matching, refined } from '../json-fields.ts';
import { isoText, type UnixSeconds, unixSecondsFromISO } from '../time.ts';

/** `YYYY-MM-DD`, a day in UTC. Written so, days compare as texts. */
export type Day = string;

/** A date of the calendar; 2026-02-30 is none. */
export const day: Decode<Day> = refined(
  matching(/^\d{4}-\d\d-\d\d$/, 'a date such as 2018-09-26'),
  (text) => {
    const midnight = unixSecondsFromISO(`${text}T00:00:00Z`);
    return midnight.ok ? { ok: true, value: text } : midnight;
  },
  'must be a date of the calendar, from 1970 on',
);

/** The day of this moment. */
export function dayOf(time: UnixSeconds): Day {
  return isoText(time).slice(0, 10);
}
