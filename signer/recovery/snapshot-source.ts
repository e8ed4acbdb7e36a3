import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesEqual, hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { sha256 } from '../issuance/public-key.ts';
import { blobKey, HEAD_KEY, type KVClient } from '../publisher/kv-client.ts';

/** Where a published snapshot is read from: KV, or what `inkan mirror` wrote. */
export type ReadKey = (key: string) => Promise<Result<Uint8Array | null, SourceError>>;

export type SourceError =
  | { readonly code: 'source-unreachable'; readonly reason: string }
  /** A blob that the snapshot names is not there, or is not what its hash says. */
  | { readonly code: 'blob-missing'; readonly hash: string };

const WAITS_MOST = 20;

/** Waits when the store asks to (HTTP 429). */
export function fromKV(kv: KVClient, sleep: (milliseconds: number) => Promise<void>): ReadKey {
  return async (key) => {
    for (let waits = 0; ; waits++) {
      const found = await kv.get(key);
      if (found.ok) return found;
      if (found.error.code !== 'kv-throttled' || waits === WAITS_MOST) {
        const reason = 'reason' in found.error ? found.error.reason : found.error.code;
        return err({ code: 'source-unreachable', reason });
      }
      await sleep(found.error.retryAfterSeconds * 1_000);
    }
  };
}

/** The directory of a mirror: `head` and `blob/`. */
export function fromDirectory(directory: string): ReadKey {
  return async (key) => {
    try {
      return ok(new Uint8Array(await readFile(join(directory, key))));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ok(null);
      const reason = error instanceof Error ? error.message : 'unknown error';
      return err({ code: 'source-unreachable', reason });
    }
  };
}

export function readHeadNote(read: ReadKey): ReturnType<ReadKey> {
  return read(HEAD_KEY);
}

/** The octets that this hash names, or none. */
export async function readBlob(
  read: ReadKey,
  hash: Uint8Array,
): Promise<Result<Uint8Array, SourceError>> {
  const found = await read(blobKey(hash));
  if (!found.ok) return found;
  if (found.value && bytesEqual(sha256(found.value), hash)) return ok(found.value);
  return err({ code: 'blob-missing', hash: hexFromBytes(hash) });
}
