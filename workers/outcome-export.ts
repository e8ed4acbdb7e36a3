import { type Seconds, type UnixSeconds, unixSeconds } from '../shared/time.ts';
import type { Monitoring } from './monitoring.ts';

/** Where counters go: Workers Analytics Engine, or whatever takes a name and how much it rose. */
export type OutcomeSink = (name: string, rise: number) => void;

export interface OutcomeExport {
  due(now: UnixSeconds): boolean;
  /** Hands over by how much each counter rose since the last time. */
  passOn(now: UnixSeconds): void;
}

const EVERY_SECONDS: Seconds = 15;

/** What the platform takes in one invocation. */
const POINTS_MAX = 200;

/** Outcomes, stores, CertID hashes and issuers, summed in the isolate instead of a point a request. */
export function createOutcomeExport(
  sink: OutcomeSink | undefined,
  monitoring: Monitoring,
): OutcomeExport {
  const passedOn = new Map<string, number>();
  let at = unixSeconds(0);
  return {
    due: (now) => sink !== undefined && now >= at + EVERY_SECONDS,
    passOn(now) {
      at = now;
      if (!sink) return;
      let points = 0;
      for (const [name, count] of Object.entries(monitoring.counts())) {
        const rise = count - (passedOn.get(name) ?? 0);
        if (rise === 0) continue;
        if (points++ === POINTS_MAX) return;
        sink(name, rise);
        passedOn.set(name, count);
      }
    },
  };
}
