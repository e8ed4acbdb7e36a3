import { type Log, levelOf } from '../log-level.ts';
import type { KVClient } from '../publisher/kv-client.ts';
import type { Sample } from './exposition.ts';

/** Counts since the signer started, by labels. */
export interface Counter {
  add(labels: Readonly<Record<string, string>>, count?: number): void;
  samples(): readonly Sample[];
}

export interface Counters {
  /** `key`, and `outcome`: `signed`, or the code of the keystore's error. */
  readonly signatures: Counter;
  /** `outcome`: `acknowledged`, or the code of the refusal. */
  readonly storeWrites: Counter;
  /** `type`: of lines of the log that are warnings or errors. */
  readonly troubles: Counter;
}

export function createCounters(): Counters {
  return { signatures: counter(), storeWrites: counter(), troubles: counter() };
}

function counter(): Counter {
  const held = new Map<
    string,
    { readonly labels: Readonly<Record<string, string>>; value: number }
  >();
  return {
    add(labels, count = 1) {
      const key = JSON.stringify(Object.values(labels));
      const known = held.get(key) ?? { labels, value: 0 };
      known.value += count;
      held.set(key, known);
    },
    samples: () => [...held.values()].map(({ labels, value }) => ({ labels, value })),
  };
}

/** The same client, counted. */
export function countedStore(client: KVClient, { storeWrites }: Counters): KVClient {
  return {
    ...client,
    putAll: async (pairs) => {
      const put = await client.putAll(pairs);
      storeWrites.add({ outcome: put.ok ? 'acknowledged' : put.error.code });
      return put;
    },
  };
}

/** The same log, whose warnings and errors are counted by type. */
export function countedLog(log: Log, { troubles }: Counters): Log {
  return (event) => {
    const level = levelOf(event);
    if (level !== 'info') troubles.add({ level, type: event.type });
    log(event);
  };
}
