import type { Env } from './env.ts';
import type { Radar } from './radar.ts';

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
