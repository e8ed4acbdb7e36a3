import { addSeconds, type Clock, type Seconds, unixSeconds } from '../shared/time.ts';

/** Keeps what cannot be answered from memory from becoming the signer's load. */
export interface LiveGuard {
  /** undefined: ask, and `leave` afterwards. */
  enter(): 'limited' | 'open' | undefined;
  /** `limited`: the signer is there and gives no more this second, so that no more is asked in it. */
  leave(how: 'served' | 'limited' | 'failed'): void;
}

/** Of this isolate. A location runs several; the LIVE_RATE binding limits them together. */
const PER_SECOND = 5;
const AT_MOST = 10;
const AT_ONCE = 4;

/** So many failures in a row open the circuit; then one request a while tries it. */
const FAILURES = 3;
const OPEN_SECONDS: Seconds = 30;

export function createLiveGuard(clock: Clock): LiveGuard {
  let tokens = AT_MOST;
  let filledAt = unixSeconds(0);
  let atOnce = 0;
  let failures = 0;
  let openUntil = unixSeconds(0);
  return {
    enter() {
      const now = clock();
      if (now < openUntil || (failures >= FAILURES && atOnce > 0)) return 'open';
      if (now > filledAt) {
        tokens = Math.min(AT_MOST, tokens + (now - filledAt) * PER_SECOND);
        filledAt = now;
      }
      if (tokens < 1 || atOnce >= AT_ONCE) return 'limited';
      tokens -= 1;
      atOnce += 1;
      return undefined;
    },
    leave(how) {
      atOnce -= 1;
      if (how === 'limited') tokens = 0;
      failures = how === 'failed' ? failures + 1 : 0;
      if (failures >= FAILURES) openUntil = addSeconds(clock(), OPEN_SECONDS);
    },
  };
}
