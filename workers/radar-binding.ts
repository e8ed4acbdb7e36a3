import type { Env } from './env.ts';
import type { RadarHour } from './query-radar.ts';
import type { QueryBatch } from './unassigned-queries.ts';

/** The Durable Object behind the binding, as the rest of the Worker sees it. */
export interface Radar {
  record(batches: readonly QueryBatch[]): Promise<void>;
  /** Hours that begin at or after `since`. */
  report(since: number): Promise<readonly RadarHour[]>;
}

/** One object for the whole world: an isolate writes to it a few times a minute at most. */
const NAME = 'radar';

export function radarBinding({ RADAR: namespace }: Env): Radar | undefined {
  if (!namespace) return undefined;
  const object = () => namespace.get(namespace.idFromName(NAME));
  return {
    record: async (batches) => object().record(batches),
    report: async (since) => object().report(since),
  };
}
