import type { Clock } from '../../shared/time.ts';

/** A bucket of tokens: one for each act, filled again by so many a second. */
export interface RateLimit {
  take(): boolean;
}

/** Holds two seconds' worth; a clock that goes back fills nothing. */
export function createRateLimit(perSecond: number, clock: Clock): RateLimit {
  const most = 2 * perSecond;
  let tokens = most;
  let at = clock();
  return {
    take() {
      const now = clock();
      if (now > at) {
        tokens = Math.min(most, tokens + (now - at) * perSecond);
        at = now;
      }
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
