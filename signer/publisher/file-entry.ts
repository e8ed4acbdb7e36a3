import { chunksOf, type FileEntry, type MediaTypeCode } from '../../shared/snapshot/file.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { BlobSet } from './blob-set.ts';

export type FileWindow = Pick<FileEntry, 'thisUpdate' | 'nextUpdate'>;

/** Of files that do not run out. */
export const NO_WINDOW: FileWindow = { thisUpdate: null, nextUpdate: null };

export function fileEntry(
  path: string,
  mediaType: MediaTypeCode,
  bytes: Uint8Array,
  window: FileWindow,
  blobs: BlobSet,
): FileEntry {
  const chunkHashes = chunksOf(bytes).map((chunk) => blobs.add(chunk));
  return {
    path,
    mediaType,
    hash: sha256(bytes),
    length: bytes.length,
    chunkHashes,
    ...window,
  };
}
