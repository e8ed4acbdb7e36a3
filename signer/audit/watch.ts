import { type Clock, type Seconds, unixSecondsFromISO } from '../../shared/time.ts';
import { ClockWatch, stepSince } from './clock-watch.ts';
import type { SegmentedLog } from './segmented-log.ts';

const LOOK_MS = 1_000;
const KEY_USE_EVERY: Seconds = 3_600;

export interface WatchWorld {
  readonly clock: Clock;
  /** Seconds that only go on. */
  readonly monotonic: () => Seconds;
  readonly log: (event: { readonly type: string }) => void;
}

/**
 * What the log says without anybody asking: steps of the clock, each second, and every hour how often keys
 * were used. `stop` writes the last counts.
 */
export function startWatch(audit: SegmentedLog, world: WatchWorld): { stop(): void } {
  const { clock, monotonic, log } = world;
  const watch = new ClockWatch(clock, monotonic);
  let saidAt = monotonic();
  const look = () => {
    const step = watch.step();
    if (step) audit.append(step);
    if (monotonic() - saidAt < KEY_USE_EVERY) return;
    saidAt = monotonic();
    sayKeyUse(audit);
  };
  const timer = setInterval(() => {
    try {
      look();
    } catch (error) {
      // A full disk: acts are refused by their own events; this one is not worth the signer.
      const reason = error instanceof Error ? error.message : String(error);
      log({ type: 'audit-failed', reason } as { type: string });
    }
  }, LOOK_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      sayKeyUse(audit);
    },
  };
}

/** Before `signer-start`: the clock went back while no signer ran. */
export function sayStepWhileStopped(audit: SegmentedLog, clock: Clock): void {
  const last = unixSecondsFromISO(audit.lastTime() ?? '');
  const back = last.ok ? stepSince(last.value, clock()) : null;
  if (back) audit.append(back);
}

function sayKeyUse(audit: SegmentedLog): void {
  const counts = audit.takeChangedKeyUse();
  if (counts.length > 0) audit.append({ type: 'key-use', counts });
}
