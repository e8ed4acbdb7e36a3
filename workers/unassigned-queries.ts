import { type Seconds, type UnixSeconds, unixSeconds } from '../shared/time.ts';
import type { Monitoring } from './monitoring.ts';
import type { QueryBatch, Radar } from './radar.ts';

/**
 * What this isolate has seen and not yet passed on. Anyone can invent serial numbers, so that only a
 * bounded number is kept by name; the totals are exact. No client addresses.
 */
export interface UnassignedQueries {
  readonly radar: Radar | undefined;
  add(issuer: string, serial: string, now: UnixSeconds): void;
  /** Whether there is something to pass on, and the last time is long enough ago. */
  due(now: UnixSeconds): boolean;
  /** Hands everything over and begins anew; what the radar does not take is lost, and counted. */
  passOn(now: UnixSeconds): Promise<void>;
}

/** Serial numbers kept by name in all; a hundred bytes each. */
const SERIALS_MAX = 512;

/** What is passed on costs a request to a Durable Object. */
const FLUSH_SECONDS: Seconds = 20;

const HOUR: Seconds = 3600;

interface Counted {
  total: number;
  readonly serials: Map<string, number>;
}

export function createUnassignedQueries(
  radar: Radar | undefined,
  monitoring: Monitoring,
): UnassignedQueries {
  let hours = new Map<number, Map<string, Counted>>();
  let named = 0;
  let flushedAt = unixSeconds(0);

  function counted(hour: number, issuer: string): Counted {
    const issuers = hours.get(hour) ?? new Map<string, Counted>();
    const found = issuers.get(issuer) ?? { total: 0, serials: new Map() };
    issuers.set(issuer, found);
    hours.set(hour, issuers);
    return found;
  }

  return {
    add(issuer, serial, now) {
      if (!radar) return;
      const at = counted(now - (now % HOUR), issuer);
      at.total += 1;
      const before = at.serials.get(serial);
      if (before === undefined && named === SERIALS_MAX) return;
      if (before === undefined) named += 1;
      at.serials.set(serial, (before ?? 0) + 1);
    },
    radar,
    due: (now) => radar !== undefined && hours.size > 0 && now >= flushedAt + FLUSH_SECONDS,
    async passOn(now) {
      const batches = take(now);
      if (!radar || batches.length === 0) return;
      try {
        await radar.record(batches);
      } catch {
        monitoring.concern('radar-unavailable');
      }
    },
  };

  function take(now: UnixSeconds): readonly QueryBatch[] {
    const taken = [...hours].map(([hour, issuers]) => ({
      hour: unixSeconds(hour),
      issuers: [...issuers].map(([issuer, { total, serials }]) => ({
        ...{ issuer, total },
        serials: Array.from(serials, ([serial, count]) => ({ serial, count })),
      })),
    }));
    hours = new Map();
    named = 0;
    flushedAt = now;
    return taken;
  }
}
