import { describe, expect, it } from 'vitest';
import { unixSeconds } from '../../../../shared/time.ts';
import { ClockWatch, stepSince } from '../../../../signer/audit/clock-watch.ts';

const START = 1_795_406_400;

/** One look after `real` seconds in which the clock moved by `shown`. */
function stepAfter(real: number, shown: number): unknown {
  let [clock, monotonic] = [START, 7];
  const watch = new ClockWatch(
    () => unixSeconds(clock),
    () => monotonic,
  );
  clock += shown;
  monotonic += real;
  return watch.step();
}

describe('steps of the clock', () => {
  it.each([
    ['as it should', 60, 60],
    ['five seconds too far', 1, 6],
    ['five seconds too little', 6, 1],
  ])('OPS-7: a clock that went %s is no step', (_how, real, shown) => {
    expect(stepAfter(real, shown)).toBeNull();
  });

  it.each([
    ['forward', 1, 3_601, '2026-11-23T04:00:01Z', '2026-11-23T05:00:01Z'],
    ['back', 60, -3_540, '2026-11-23T04:01:00Z', '2026-11-23T03:01:00Z'],
  ])(
    'OPS-7: a step %s is told with where the clock should be and what it shows',
    (_how, real, shown, from, to) => {
      expect(stepAfter(real, shown)).toEqual({ type: 'clock-step', from, to });
    },
  );

  it('OPS-7: a step is told once', () => {
    let clock = START;
    const watch = new ClockWatch(
      () => unixSeconds(clock),
      () => 0,
    );
    clock += 60;
    expect(watch.step()).not.toBeNull();
    expect(watch.step()).toBeNull();
  });

  it('OPS-7: a clock that is behind the last line went back while the signer was stopped', () => {
    const last = unixSeconds(START);
    expect(stepSince(last, unixSeconds(START - 60))).toMatchObject({ type: 'clock-step' });
    expect(stepSince(last, unixSeconds(START - 5))).toBeNull();
    expect(stepSince(last, unixSeconds(START + 86_400))).toBeNull();
  });
});
