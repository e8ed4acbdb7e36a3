import { refreshDeadline } from '../shared/ocsp/refresh-deadline.ts';
import { httpDate, type Seconds, type UnixSeconds, type ValidityWindow } from '../shared/time.ts';

/** HTTP-4, HTTP-13: a revocation has to show well inside 24 hours, whatever caches stand between. */
const MAX_AGE_CAP: Seconds = 3600;

/** When the next response is overdue: ask again soon, it may come any moment. */
const OVERDUE_MAX_AGE: Seconds = 60;

export type Freshness = 'not-yet-valid' | 'valid' | 'expired';

/** The edge stops a second before nextUpdate, so that an answer is still valid when it arrives. */
export function freshnessAt(window: ValidityWindow, now: UnixSeconds): Freshness {
  if (now < window.thisUpdate) return 'not-yet-valid';
  return now < window.nextUpdate ? 'valid' : 'expired';
}

/** HTTP-4: `now + n` is before nextUpdate and not after the refresh deadline; never negative. */
export function responseMaxAge(window: ValidityWindow, now: UnixSeconds): Seconds {
  const untilExpiry = Math.max(0, window.nextUpdate - now - 1);
  const { thisUpdate, nextUpdate } = window;
  const untilRefresh = thisUpdate + refreshDeadline(nextUpdate - thisUpdate) - now;
  if (untilRefresh <= 0) return Math.min(untilExpiry, OVERDUE_MAX_AGE);
  return Math.min(untilExpiry, untilRefresh, MAX_AGE_CAP);
}

/** HTTP-13: short, and never past the nextUpdate of a file that has one. */
export function fileMaxAge(nextUpdate: UnixSeconds | null, now: UnixSeconds): Seconds {
  return nextUpdate === null
    ? MAX_AGE_CAP
    : Math.max(0, Math.min(MAX_AGE_CAP, nextUpdate - now - 1));
}

/** RFC 9919 7.2. */
export function cacheControl(maxAge: Seconds): string {
  return `max-age=${maxAge}, public, no-transform, must-revalidate`;
}

/** HTTP-6: nothing that is not authoritative is kept by anyone. */
export const NEVER_CACHED = 'no-store, max-age=0';

/** What a 200 and its 304 say alike (RFC 9110 15.4.5). */
export interface Validators {
  /** Strong, quoted. */
  readonly etag: string;
  readonly lastModified: UnixSeconds | null;
}

/** RFC 9110 13.2.2 for GET and HEAD: If-None-Match, when there is one, decides alone. */
export function isNotModified(request: Pick<Headers, 'get'>, validators: Validators): boolean {
  const ifNoneMatch = request.get('if-none-match');
  if (ifNoneMatch !== null) return matchesETag(ifNoneMatch, validators.etag);
  const ifModifiedSince = request.get('if-modified-since');
  if (ifModifiedSince === null || validators.lastModified === null) return false;
  if (ifModifiedSince === httpDate(validators.lastModified)) return true;
  // NaN, from what is no date, compares false (RFC 9110 13.1.3: ignored then).
  return Date.parse(ifModifiedSince) / 1000 >= validators.lastModified;
}

/** RFC 9110 13.1.2: a list or `*`, compared weakly. Our tags contain no comma. */
function matchesETag(list: string, etag: string): boolean {
  return list.split(',').some((entry) => {
    const tag = entry.trim();
    return tag === '*' || tag === etag || tag === `W/${etag}`;
  });
}
