import { BugError, err, ok, type Result } from '../../shared/result.ts';
import type { PublicationKey } from '../../shared/snapshot/head.ts';
import type { Clock, Seconds, UnixSeconds } from '../../shared/time.ts';
import type { BlobStore } from '../blob-store.ts';
import { headVerifier, type VerifiedHead } from '../head-verification.ts';
import { createHeadWatch } from '../head-watch.ts';
import type { Fetch } from '../http-store.ts';
import { createMonitoring, type Monitoring } from '../monitoring.ts';
import { createStoreList, type NamedStore } from '../store-list.ts';
import { type CopiedBlobs, type CopyError, copyBlobs } from './copy-blobs.ts';
import { MirrorDirectory } from './mirror-directory.ts';
import { type MirroredFiles, writeFiles } from './mirror-files.ts';
import { type Source, storesOf } from './source.ts';

/** `inkan mirror`. */
export interface MirrorOptions {
  /** Absolute; made when it is not there. */
  readonly directory: string;
  readonly publicationKey: PublicationKey;
  /** Asked in this order. */
  readonly sources: readonly Source[];
  /** How long a blob stays that no snapshot in the directory names any more. */
  readonly keep: Seconds;
}

export interface MirrorWorld {
  readonly clock: Clock;
  readonly fetch: Fetch;
  /** Takes one line of JSON about what was refused. */
  readonly report: (line: string) => void;
}

export interface MirrorReport {
  readonly epoch: number;
  readonly time: UnixSeconds;
  readonly expires: UnixSeconds;
  /** The head is past its expiry: no store had a newer one. */
  readonly expired: boolean;
  readonly blobs: CopiedBlobs;
  readonly files: MirroredFiles;
  /** Blobs of earlier snapshots that were removed. */
  readonly removed: number;
}

export type MirrorError =
  /** No store gave a head; `refused`: one gave a head that is older, forged or of another key. */
  | { readonly code: 'no-head'; readonly refused: readonly string[] }
  | CopyError
  /** The directory has a head that the publication key did not sign, or files of somebody else. */
  | { readonly code: 'directory-foreign' }
  /** The directory cannot be written: full, read-only, or no directory. */
  | { readonly code: 'directory-failed'; readonly reason: string };

/** A blob may have 25 MiB, and nobody waits for an answer. */
const STORE_TIME_LIMIT_MILLISECONDS = 30_000;

/**
 * Writes the newest verified snapshot as plain files: `head` and `blob/<sha256>`, which are a store,
 * and `files/<path>`, which any web server can serve as they are. Blobs first, then `head`: a crash
 * anywhere leaves the previous snapshot whole, and the next run takes over what is there. Every
 * blob that is there is hashed again, so that a damaged one is replaced.
 */
export async function mirror(
  options: MirrorOptions,
  world: MirrorWorld,
): Promise<Result<MirrorReport, MirrorError>> {
  try {
    const directory = await MirrorDirectory.open(options.directory, world.clock());
    if (!directory) return err({ code: 'directory-foreign' });
    return await mirrorInto(directory, options, world);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return err({ code: 'directory-failed', reason: error.message });
  }
}

async function mirrorInto(
  directory: MirrorDirectory,
  options: MirrorOptions,
  world: MirrorWorld,
): Promise<Result<MirrorReport, MirrorError>> {
  const { clock, report } = world;
  const verify = headVerifier(options.publicationKey);
  const before = await directory.head();
  const seen = before && (await verify(before));
  if (seen && !seen.ok) return err({ code: 'directory-foreign' });
  // 1. The newest head that the key signed, and its root.
  const monitoring = createMonitoring(report);
  const noting = notingHeads(storesOf(options.sources, world.fetch));
  const stores = createStoreList(noting.stores, {
    timeLimitMilliseconds: STORE_TIME_LIMIT_MILLISECONDS,
    clock,
    monitoring,
  });
  const watch = createHeadWatch(0, { stores, verify, clock, monitoring, seen: seen?.value });
  const snapshot = await watch.current();
  if (!snapshot) return err({ code: 'no-head', refused: refusalsOf(monitoring) });
  const note = await noting.noteOf(snapshot, verify);
  // 2. Everything it names. Stopped here, the next run finds the blobs and goes on.
  const copied = await copyBlobs(snapshot, { directory, stores, monitoring });
  if (!copied.ok) return copied;
  // 3. The head: from here on the directory shows this snapshot.
  await directory.putHead(note);
  // 4. Files as files. Stopped here, some are of the snapshot before: each is whole.
  const files = await writeFiles(directory, copied.value.files, clock());
  if (!files.ok) return files;
  // 5. What only earlier snapshots named, long enough ago for every reader of them.
  const removed = await directory.removeBlobs(options.keep);
  const { epoch, time, expires } = snapshot.head;
  const { blobs } = copied.value;
  const expired = expires <= clock();
  return ok({ epoch, time, expires, expired, blobs, files: files.value, removed });
}

/** Which of a store's heads were not taken, in the Worker's words. */
function refusalsOf(monitoring: Monitoring): readonly string[] {
  const refusals = ['head-rollback', 'head-conflict', 'head-signature', 'head-format'];
  return [...refusals, 'head-from-the-future', 'root-unavailable', 'root-format'].filter(
    (name) => monitoring.count(name) > 0,
  );
}

/** Stores that remember the notes they gave: a snapshot knows its text, not its signatures. */
function notingHeads(stores: readonly NamedStore[]) {
  const notes: Uint8Array[] = [];
  const noting = (store: BlobStore): BlobStore => ({
    blob: (hash, signal) => store.blob(hash, signal),
    async head(signal) {
      const note = await store.head(signal);
      if (note) notes.push(note);
      return note;
    },
  });
  return {
    stores: stores.map(({ name, store }) => ({ name, store: noting(store) })),
    async noteOf(adopted: VerifiedHead, verify: ReturnType<typeof headVerifier>) {
      for (const note of notes) {
        const verified = await verify(note);
        if (verified.ok && verified.value.head.epoch === adopted.head.epoch) return note;
      }
      throw new BugError('a snapshot without its note');
    },
  };
}
