import { BugError, err, ok, type Result } from './result.ts';

declare const unixSecondsBrand: unique symbol;

/** Seconds since 1970-01-01T00:00:00Z without leap seconds (CP 4.9.10 ignores them too). */
export type UnixSeconds = number & { readonly [unixSecondsBrand]: true };

/** A length of time; 3,600 is one hour and 86,400 one day (CP 4.9.10). */
export type Seconds = number;

/** The only way to learn the time; composition roots hand it out. */
export type Clock = () => UnixSeconds;

/** When an artifact may be relied upon, both ends included. */
export interface ValidityWindow {
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
}

/** 9999-12-31T23:59:59Z, the last instant that GeneralizedTime and UTCTime fields can name. */
const LAST_INSTANT = 253402300799;

/** Mints a time from a count of whole seconds; anything else is a bug (milliseconds, say). */
export function unixSeconds(seconds: number): UnixSeconds {
  if (!Number.isSafeInteger(seconds) || seconds < 0 || seconds > LAST_INSTANT) {
    throw new BugError(`not a count of seconds between 1970 and 9999: ${seconds}`);
  }
  return seconds as UnixSeconds;
}

export function addSeconds(time: UnixSeconds, seconds: Seconds): UnixSeconds {
  return unixSeconds(time + seconds);
}

/** Calendar months in UTC, the day clamped to the month's last: the unit of CSBR 6.3.2. */
export function addMonths(time: UnixSeconds, months: number): UnixSeconds {
  const from = new Date(time * 1000);
  const monthIndex = from.getUTCFullYear() * 12 + from.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(Math.floor(monthIndex / 12), (monthIndex % 12) + 1, 0));
  const day = Math.min(from.getUTCDate(), lastDay.getUTCDate());
  const moved = Date.UTC(Math.floor(monthIndex / 12), monthIndex % 12, day);
  return unixSeconds(moved / 1000 + (time % 86_400));
}

/** RFC 3339 in UTC, whole seconds: `2026-11-23T04:40:09Z`. */
export function isoText(time: UnixSeconds): string {
  return new Date(time * 1000).toISOString().replace('.000Z', 'Z');
}

/** Accepts exactly what `isoText` writes. */
export function unixSecondsFromISO(
  text: string,
): Result<UnixSeconds, { readonly code: 'not-a-time' }> {
  const milliseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  // Date.parse takes 24:00:00 for the next midnight, so 9999-12-31T24:00:00Z names the year 10000.
  const inRange = milliseconds >= 0 && milliseconds <= LAST_INSTANT * 1000;
  if (!inRange) return err({ code: 'not-a-time' });
  const time = unixSeconds(milliseconds / 1000);
  return isoText(time) === text ? ok(time) : err({ code: 'not-a-time' });
}

/** RFC 9919 3.2.4: `YYYYMMDDHHMMSSZ`, seconds present, no fraction. */
export function generalizedTimeText(time: UnixSeconds): string {
  return isoText(time).replace(/[-:T]/g, '');
}

/** RFC 5280 4.1.2.5: UTCTime `YYMMDDHHMMSSZ` through 2049, GeneralizedTime from 2050. */
export function timeText(time: UnixSeconds): {
  readonly type: 'utc' | 'generalized';
  readonly text: string;
} {
  const text = generalizedTimeText(time);
  return text < '2050' && text >= '1950'
    ? { type: 'utc', text: text.slice(2) }
    : { type: 'generalized', text };
}

/** Reads `YYYYMMDDHHMMSSZ`; refuses dates that do not exist. */
export function unixSecondsFromGeneralizedTime(
  text: string,
): Result<UnixSeconds, { readonly code: 'not-a-time' }> {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return err({ code: 'not-a-time' });
  const [, year, month, day, hour, minute, second] = parts;
  return unixSecondsFromISO(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** RFC 9110 5.6.7 IMF-fixdate, always GMT. */
export function httpDate(time: UnixSeconds): string {
  return new Date(time * 1000).toUTCString();
}
