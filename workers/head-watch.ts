import { bytesEqual } from '../shared/bytes.ts';
import { err, ok, type Result } from '../shared/result.ts';
import {
  addSeconds,
  type Clock,
  type Seconds,
  type UnixSeconds,
  unixSeconds,
} from '../shared/time.ts';
import {
  type HeadRefusal,
  type HeadVerifier,
  headRefusal,
  type VerifiedHead,
} from './head-verification.ts';
import type { Monitoring, ReadOutcome, Refusal } from './monitoring.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import type { RankedStore, StoreList } from './store-list.ts';

/** How a head came to this edge while it was running. What clients saw meanwhile was the one before. */
export interface HeadArrival {
  readonly epoch: number;
  /** When the signer made it: the time in the head. */
  readonly made: UnixSeconds;
  /** The last reading that did not find it. */
  readonly before: UnixSeconds;
  /** The reading that found it. Nobody reads while nobody asks, so that this may be late. */
  readonly found: UnixSeconds;
}

export interface HeadWatch {
  /** The adopted snapshot while no re-reading is due: no await, no store read. */
  ready(now: UnixSeconds): Snapshot | undefined;
  /** Re-reads the head first when that is due; without any good head `undefined`. */
  current(): Promise<Snapshot | undefined>;
  /** The latest head that replaced another one here; none since a cold start. */
  arrival(): HeadArrival | undefined;
}

export interface HeadSources {
  readonly stores: StoreList;
  readonly verify: HeadVerifier;
  readonly clock: Clock;
  readonly monitoring: Monitoring;
  /** Adopted in an earlier life: nothing older is taken. */
  readonly seen?: VerifiedHead | undefined;
}

/** After a failure the head is asked for sooner than the interval says. */
const RETRY_SECONDS: Seconds = 5;

/**
 * How long others go on with what they have while one request reads: one store that hangs, at head and
 * root. When more of them hang it takes longer, and the next request begins a reading of its own.
 */
const READING_SECONDS: Seconds = 5;

/**
 * Keeps the newest head it has seen, and replaces it only by one whose root it has read, checked
 * and decoded. The request that finds the head due reads it and waits, so that what it answers is
 * as new as the store; requests beside it go on with the previous snapshot. No request waits for
 * another one's promise: a Worker must not.
 */
export function createHeadWatch(rereadSeconds: Seconds, sources: HeadSources): HeadWatch {
  const { stores, verify, clock, monitoring, seen } = sources;
  let adopted: Snapshot | undefined;
  let arrival: HeadArrival | undefined;
  let readBefore = unixSeconds(0);
  let due = unixSeconds(0);
  let readingUntil = unixSeconds(0);

  async function reread(): Promise<boolean> {
    let good = false;
    for (const store of stores.inOrder()) {
      const outcome = await readFrom(store);
      store.report(outcome.ok ? 'answered' : (HEALTH[outcome.error.refusal] ?? 'answered'));
      if (outcome.ok) good = true;
      else monitoring.refused(outcome.error.refusal, `${store.name} ${outcome.error.detail}`);
      // A head past its expiry may be all that a frozen store has to give: another may have more.
      if (good && adopted && clock() < adopted.head.expires) return true;
    }
    return good;
  }

  async function readFrom(store: RankedStore): Promise<Result<true, HeadRefusal>> {
    const note = await readNote(store);
    if (!note.ok) return note;
    const verified = await verify(note.value);
    if (!verified.ok) return verified;
    const refusal = headRefusal(verified.value, adopted ?? seen, clock());
    if (refusal) return err(refusal);
    if (adopted && bytesEqual(adopted.text, verified.value.text)) return ok(true);
    const snapshot = await readSnapshot(verified.value, stores, monitoring);
    if (!snapshot.ok) return snapshot;
    // Another request may have adopted a newer head while this one read the root.
    if (!adopted || adopted.head.epoch < snapshot.value.head.epoch) adopt(snapshot.value);
    return ok(true);
  }

  function adopt(snapshot: Snapshot): void {
    const { epoch, time: made } = snapshot.head;
    if (adopted) arrival = { epoch, made, before: readBefore, found: clock() };
    adopted = snapshot;
  }

  return {
    arrival: () => arrival,
    ready: (now) => (now < due ? adopted : undefined),
    async current() {
      const now = clock();
      if (adopted && (now < due || now < readingUntil)) return adopted;
      readingUntil = addSeconds(now, READING_SECONDS);
      const good = await reread();
      readBefore = now;
      // Counted from before the reading, so that the interval bounds the age of what was read.
      due = addSeconds(now, good ? rereadSeconds : Math.min(rereadSeconds, RETRY_SECONDS));
      readingUntil = unixSeconds(0);
      if (adopted && adopted.head.expires <= clock()) monitoring.concern('head-expired');
      return adopted;
    },
  };
}

async function readNote(store: RankedStore): Promise<Result<Uint8Array, HeadRefusal>> {
  try {
    const note = await store.head();
    return note ? ok(note) : err({ refusal: 'head-missing', detail: '' });
  } catch {
    return err({ refusal: 'head-unavailable', detail: '' });
  }
}

/** What a refused head says of its store; a missing root says nothing of the one that gave the head. */
const HEALTH: Readonly<Partial<Record<Refusal, ReadOutcome>>> = {
  'head-missing': 'absent',
  'head-unavailable': 'unreachable',
  'head-format': 'lied',
  'head-signature': 'lied',
  'head-conflict': 'lied',
  'head-rollback': 'stale',
};
