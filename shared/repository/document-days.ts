import { type Day, dayOf } from '../policy/day.ts';
import { must } from '../result.ts';
import { type UnixSeconds, unixSeconds, unixSecondsFromISO } from '../time.ts';

/** Minutes that the clock of the CA is ahead of UTC; 540 in Japan. Its days are those of documents. */
export type UTCOffsetMinutes = number;

/** The day that it is there. */
export function dayAt(time: UnixSeconds, offset: UTCOffsetMinutes): Day {
  return dayOf(unixSeconds(Math.max(0, time + 60 * offset)));
}

/** The moment from which on it is this day there. */
export function startOfDay(day: Day, offset: UTCOffsetMinutes): UnixSeconds {
  const midnight = must(unixSecondsFromISO(`${day}T00:00:00Z`), 'a day');
  // 1970-01-01 began in Japan before there was a count of seconds.
  return unixSeconds(Math.max(0, midnight - 60 * offset));
}

/**
 * CP 9.12.2 告知日から一週間: the day of the announcement itself not counted, to the last second of the
 * last of so many days there.
 */
export function endOfObjections(
  announced: UnixSeconds,
  days: number,
  offset: UTCOffsetMinutes,
): UnixSeconds {
  const day = Math.floor((announced + 60 * offset) / 86_400);
  return unixSeconds((day + days + 1) * 86_400 - 60 * offset - 1);
}
