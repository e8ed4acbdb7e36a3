import { asciiBytes } from '../shared/bytes.ts';
import { ok, type Result } from '../shared/result.ts';
import { decodeFilePage, placeOf } from '../shared/snapshot/directory.ts';
import { CHUNK_OCTETS, type FileEntry, isFilePath } from '../shared/snapshot/file.ts';
import type { FileTable } from '../shared/snapshot/root.ts';
import { createDecodedBlobs } from './decoded-blobs.ts';
import type { Monitoring } from './monitoring.ts';
import type { StoreList } from './store-list.ts';
import { type BlobFailure, inconsistentBlob, readVerifiedBlob } from './verified-blobs.ts';

/** From the file table of the adopted root to the octets of a file. */
export interface FileReader {
  /** `undefined` when the snapshot has no file of this path. */
  find(table: FileTable, path: string): Promise<Result<FileEntry | undefined, BlobFailure>>;
  /** One chunk, of the length that the entry demands. That of a single-chunk file is kept. */
  chunk(entry: FileEntry, index: number): Promise<Result<Uint8Array, BlobFailure>>;
}

export function createFileReader(
  stores: StoreList,
  memoMaxBytes: { readonly pages: number; readonly chunks: number },
  monitoring: Monitoring,
): FileReader {
  const pages = createDecodedBlobs(
    {
      decode: decodeFilePage,
      objects: ({ entries }) => entries.length * 8,
      memoMaxBytes: memoMaxBytes.pages,
    },
    stores,
    monitoring,
  );
  const chunks = createDecodedBlobs(
    { decode: (bytes) => ok(bytes), objects: () => 1, memoMaxBytes: memoMaxBytes.chunks },
    stores,
    monitoring,
  );

  return {
    async find(table, path) {
      if (!isFilePath(path)) return ok(undefined);
      if (table.level === 'root') return ok(entryOf(table.entries, path));
      const pageIndex = placeOf(asciiBytes(path), table.pageBits);
      const hash = table.pageHashes[pageIndex];
      if (!hash) return inconsistentBlob(monitoring, 'blob-misplaced', 'file table too short');
      const page = await pages.read(hash);
      if (!page.ok) return page;
      if (page.value.pageBits !== table.pageBits || page.value.pageIndex !== pageIndex) {
        return inconsistentBlob(monitoring, 'blob-misplaced', 'file page');
      }
      return ok(entryOf(page.value.entries, path));
    },
    async chunk(entry, index) {
      const hash = entry.chunkHashes[index];
      if (!hash) return inconsistentBlob(monitoring, 'blob-misplaced', entry.path);
      // A large CRL would push everything else out of memory, and its chunks come in a row anyway.
      const bytes =
        entry.chunkHashes.length === 1
          ? await chunks.read(hash)
          : await readVerifiedBlob(stores, hash, monitoring);
      if (!bytes.ok) return bytes;
      if (bytes.value.length !== chunkLength(entry, index)) {
        return inconsistentBlob(monitoring, 'blob-misplaced', entry.path);
      }
      return bytes;
    },
  };
}

function entryOf(entries: readonly FileEntry[], path: string): FileEntry | undefined {
  return entries.find((entry) => entry.path === path);
}

function chunkLength({ length }: FileEntry, index: number): number {
  return Math.min(CHUNK_OCTETS, length - index * CHUNK_OCTETS);
}
