import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobStore, blobKey, HEAD_KEY } from '../blob-store.ts';
import { VALUE_MAX_OCTETS } from '../http-store.ts';

/** A directory as `inkan mirror` writes it: `head` and `blob/<sha256>`. Trusted no more than KV. */
export function directoryStore(directory: string): BlobStore {
  return {
    head: () => readValue(join(directory, HEAD_KEY)),
    blob: (hash) => readValue(join(directory, blobKey(hash))),
  };
}

/** Null when there is no such file; rejects when it cannot be read or is larger than any value. */
async function readValue(path: string): Promise<Uint8Array | null> {
  const file = await openIfThere(path);
  if (!file) return null;
  try {
    const { size } = await file.stat();
    if (size > VALUE_MAX_OCTETS) throw new Error('value too large');
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** ENOENT, and ENOTDIR for a path that goes on below a file. */
export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
