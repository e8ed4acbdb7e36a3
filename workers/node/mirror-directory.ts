import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Seconds, UnixSeconds } from '../../shared/time.ts';
import { blobKey, HEAD_KEY } from '../blob-store.ts';
import { directoryStore, isMissing } from './directory-store.ts';

/** Files on their way to their name; nothing in it is ever read. */
const INCOMING = '.incoming';
export const FILES = 'files';

/** Older than any run: left behind by one that was ended. */
const ABANDONED_SECONDS: Seconds = 24 * 3600;

const BLOB_NAME = /^[0-9a-f]{64}$/;

/**
 * The directory that `inkan mirror` keeps. Every file comes whole under its name: written aside,
 * synced, renamed. The time of a blob's file says when a snapshot last named it, that of `head`
 * when the last run ended.
 */
export class MirrorDirectory {
  readonly path: string;
  readonly #now: UnixSeconds;
  /** When the run before this one put its head. */
  #previousRun: number | undefined;

  private constructor(path: string, now: UnixSeconds) {
    this.path = path;
    this.#now = now;
  }

  /**
   * Makes what is missing of it and clears away what a run that was ended left. `undefined` when
   * there are files without a head: no run leaves that, and they would be removed.
   */
  static async open(path: string, now: UnixSeconds): Promise<MirrorDirectory | undefined> {
    for (const part of ['blob', FILES, INCOMING]) {
      await mkdir(join(path, part), { recursive: true });
    }
    const directory = new MirrorDirectory(path, now);
    directory.#previousRun = await timeOf(join(path, HEAD_KEY));
    const files = await readdir(join(path, FILES));
    if (directory.#previousRun === undefined && files.length > 0) return undefined;
    await directory.#clearIncoming();
    return directory;
  }

  head(): Promise<Uint8Array | null> {
    return directoryStore(this.path).head();
  }

  /** The blob, if it is here and is what its name says; marked as named by a snapshot of now. */
  async blob(name: string): Promise<Uint8Array | undefined> {
    const path = join(this.path, blobKey(name));
    const bytes = await readIfThere(path);
    if (!bytes || createHash('sha256').update(bytes).digest('hex') !== name) return undefined;
    await utimes(path, this.#now, this.#now);
    return bytes;
  }

  putBlob(name: string, bytes: Uint8Array): Promise<void> {
    return this.put(blobKey(name), bytes);
  }

  /** Blobs are made lasting first: a head on disk has all that it names. */
  async putHead(note: Uint8Array): Promise<void> {
    await sync(join(this.path, 'blob'));
    await this.put(HEAD_KEY, note);
    await sync(this.path);
  }

  /** `path` is relative; replaces what is there. */
  async put(path: string, bytes: Uint8Array): Promise<void> {
    const aside = join(this.path, INCOMING, randomUUID());
    await writeSynced(aside, bytes);
    await utimes(aside, this.#now, this.#now);
    const target = join(this.path, path);
    await mkdir(dirname(target), { recursive: true });
    await rename(aside, target);
  }

  /**
   * Removes blobs that no snapshot has named for `keep` before the previous run. That run's snapshot
   * is what readers may still hold however long ago it was, so that its blobs outlive this run.
   */
  async removeBlobs(keep: Seconds): Promise<number> {
    if (this.#previousRun === undefined) return 0;
    const before = this.#previousRun - keep;
    let removed = 0;
    for (const name of await readdir(join(this.path, 'blob'))) {
      const path = join(this.path, blobKey(name));
      const time = BLOB_NAME.test(name) ? await timeOf(path) : undefined;
      if (time === undefined || time >= before) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }

  async #clearIncoming(): Promise<void> {
    for (const name of await readdir(join(this.path, INCOMING))) {
      const path = join(this.path, INCOMING, name);
      const time = await timeOf(path);
      if (time === undefined || time > this.#now - ABANDONED_SECONDS) continue;
      await rm(path, { force: true });
    }
  }
}

/** Seconds since 1970, when it was written or `utimes` said so. */
async function timeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs / 1000;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function sync(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
