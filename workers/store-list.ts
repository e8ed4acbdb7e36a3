import {
  addSeconds,
  type Clock,
  type Seconds,
  type UnixSeconds,
  unixSeconds,
} from '../shared/time.ts';
import type { BlobStore } from './blob-store.ts';
import type { Monitoring, ReadOutcome } from './monitoring.ts';

/** A store and the name it is counted under. */
export interface NamedStore {
  readonly name: string;
  readonly store: BlobStore;
}

/** A store in its place in the order, with what is known of its health. */
export interface RankedStore {
  readonly name: string;
  head(): Promise<Uint8Array | null>;
  blob(hash: string): Promise<Uint8Array | null>;
  /** What the reader made of it. After a failure the store rests: it is asked last for a while. */
  report(outcome: ReadOutcome): void;
}

export interface StoreList {
  /** The stores in the order in which they are to be asked now: those that rest come last. */
  inOrder(): readonly RankedStore[];
}

export interface StoreListSettings {
  readonly timeLimitMilliseconds: number;
  readonly clock: Clock;
  readonly monitoring: Monitoring;
}

/**
 * HTTP-15: the four dependent reads of a cold isolate must end within 10 seconds; a store that hangs
 * takes this long once.
 */
export const STORE_TIME_LIMIT_MILLISECONDS = 2000;

/**
 * A store that hangs costs the request that meets it one time limit; for this long after that the
 * others are asked before it.
 */
const REST_SECONDS: Seconds = 15;

/**
 * Stores in the order of trust in their speed, none trusted with content. Whatever one does, hang,
 * throttle, lie or be empty, the next one is asked.
 */
export function createStoreList(
  stores: readonly NamedStore[],
  settings: StoreListSettings,
): StoreList {
  const ranked = stores.map((named) => rank(named, settings));
  return {
    inOrder() {
      const now = settings.clock();
      if (ranked.every(({ restsUntil }) => restsUntil() <= now)) return ranked;
      const rested = ranked.filter(({ restsUntil }) => restsUntil() <= now);
      return [...rested, ...ranked.filter(({ restsUntil }) => restsUntil() > now)];
    },
  };
}

interface Resting extends RankedStore {
  restsUntil(): UnixSeconds;
}

function rank({ name, store }: NamedStore, settings: StoreListSettings): Resting {
  const { timeLimitMilliseconds, clock, monitoring } = settings;
  let restsUntil = unixSeconds(0);
  return {
    name,
    head: () => within((signal) => store.head(signal), timeLimitMilliseconds),
    blob: (hash) => within((signal) => store.blob(hash, signal), timeLimitMilliseconds),
    report(outcome) {
      monitoring.store(name, outcome);
      // Absent and stale are no failures: a head can be seen before its blobs, and stores lag.
      if (outcome === 'unreachable' || outcome === 'lied') {
        restsUntil = addSeconds(clock(), REST_SECONDS);
      } else if (outcome === 'answered') restsUntil = unixSeconds(0);
    },
    restsUntil: () => restsUntil,
  };
}

/** Rejects when it takes longer, and aborts its signal; whatever it comes to later is dropped. */
export async function within<T>(
  read: (signal: AbortSignal) => Promise<T>,
  milliseconds: number,
): Promise<T> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const reason = new Error('store time limit');
      reject(reason);
      controller.abort(reason);
    }, milliseconds);
  });
  try {
    return await Promise.race([read(controller.signal), limit]);
  } finally {
    clearTimeout(timer);
  }
}
