import type { RevocationPolicy } from '../../shared/policy/revocation-policy.ts';
import { isoText, type Seconds, type UnixSeconds, unixSeconds } from '../../shared/time.ts';

const DAY: Seconds = 86_400;

/** `YYYY-MM-DD` at that moment in the CA's own calendar. */
export function localDate(at: UnixSeconds, { utcOffsetMinutes }: RevocationPolicy): string {
  return isoText(unixSeconds(Math.max(0, at + utcOffsetMinutes.value * 60))).slice(0, 10);
}

/** Neither Saturday nor Sunday nor a listed holiday. */
function isBusinessDay(day: number, { holidays }: RevocationPolicy): boolean {
  // 1970-01-01 was a Thursday.
  const weekday = (day + 4) % 7;
  return weekday !== 0 && weekday !== 6 && !holidays.value.includes(dateOf(day));
}

function dateOf(day: number): string {
  return isoText(unixSeconds(day * DAY)).slice(0, 10);
}

/**
 * CP 4.9.4, 失効を希望する5営業日前までに: the last day on which a request for this revocation may
 * arrive. The day of the revocation itself is not counted.
 */
export function lastDayOfNotice(wantedAt: UnixSeconds, policy: RevocationPolicy): string {
  let day = Math.floor((wantedAt + policy.utcOffsetMinutes.value * 60) / DAY);
  for (let left = policy.noticeBusinessDays.value; left > 0 && day > 0; ) {
    day -= 1;
    if (isBusinessDay(day, policy)) left -= 1;
  }
  return dateOf(Math.max(0, day));
}
