import {
  type Clock,
  isoText,
  type Seconds,
  type UnixSeconds,
  unixSeconds,
} from '../../shared/time.ts';
import type { SignerEvent } from './signer-event.ts';

/** Less than this is leap smear, NTP at work, or a busy machine between two looks. */
export const CLOCK_STEP_SECONDS: Seconds = 5;

type ClockStep = Extract<SignerEvent, { type: 'clock-step' }>;

/**
 * OPS-7: compares the clock with one that only goes on (seconds, from anywhere): what the first gained or
 * lost against the second is a step. A machine that slept shows as one forward.
 */
export class ClockWatch {
  readonly #clock: Clock;
  readonly #monotonic: () => Seconds;
  #seen: { readonly clock: UnixSeconds; readonly monotonic: Seconds };

  constructor(clock: Clock, monotonic: () => Seconds) {
    this.#clock = clock;
    this.#monotonic = monotonic;
    this.#seen = this.#look();
  }

  /** The step since the last look, if there was one. */
  step(): ClockStep | null {
    const before = this.#seen;
    this.#seen = this.#look();
    const expected = before.clock + (this.#seen.monotonic - before.monotonic);
    return stepFrom(expected, this.#seen.clock);
  }

  #look(): { readonly clock: UnixSeconds; readonly monotonic: Seconds } {
    return { clock: this.#clock(), monotonic: this.#monotonic() };
  }
}

/** The clock went back while nobody looked: the last line is later than now. */
export function stepSince(lastLine: UnixSeconds, now: UnixSeconds): ClockStep | null {
  return now < lastLine ? stepFrom(lastLine, now) : null;
}

function stepFrom(expected: Seconds, shown: UnixSeconds): ClockStep | null {
  if (Math.abs(shown - expected) <= CLOCK_STEP_SECONDS) return null;
  const from = isoText(unixSeconds(Math.round(expected)));
  return { type: 'clock-step', from, to: isoText(shown) };
}
