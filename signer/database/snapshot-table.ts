import { asciiBytes, concatBytes } from '../../shared/bytes.ts';
import { BugError } from '../../shared/result.ts';
import { placeOf } from '../../shared/snapshot/directory.ts';
import { type FileEntry, MEDIA_TYPES, type MediaTypeCode } from '../../shared/snapshot/file.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { PLACE_BITS } from './outbox-table.ts';
import { blobColumn, integerColumn, nullableColumn, textColumn, timeColumn } from './row.ts';

export interface SnapshotShard {
  readonly shardIndex: number;
  readonly hash: Uint8Array;
}

/** Shards of the last promised epoch in a range; places without certificates may have no row. */
export function snapshotShards(
  db: Reader,
  authorityId: number,
  from: number,
  count: number,
): readonly SnapshotShard[] {
  return db
    .all(
      'SELECT shard_index, hash FROM snapshot_shard WHERE authority_id = ? AND shard_index >= ? AND shard_index < ?',
      authorityId,
      from,
      from + count,
    )
    .map((row) => ({
      shardIndex: integerColumn(row, 'shard_index'),
      hash: blobColumn(row, 'hash'),
    }));
}

/** Hashes of all directory pages, in order; none while the root lists the shards itself. */
export function snapshotPages(db: Reader, authorityId: number): readonly Uint8Array[] {
  return db
    .all('SELECT hash FROM snapshot_page WHERE authority_id = ? ORDER BY page_index', authorityId)
    .map((row) => blobColumn(row, 'hash'));
}

export function putSnapshotPage(
  tx: Transaction,
  authorityId: number,
  pageIndex: number,
  hash: Uint8Array,
): void {
  tx.run(
    `INSERT INTO snapshot_page (authority_id, page_index, hash) VALUES (?, ?, ?)
     ON CONFLICT (authority_id, page_index) DO UPDATE SET hash = excluded.hash`,
    authorityId,
    pageIndex,
    hash,
  );
}

export function putSnapshotShard(tx: Transaction, authorityId: number, shard: SnapshotShard): void {
  tx.run(
    `INSERT INTO snapshot_shard (authority_id, shard_index, hash) VALUES (?, ?, ?)
     ON CONFLICT (authority_id, shard_index) DO UPDATE SET hash = excluded.hash`,
    authorityId,
    shard.shardIndex,
    shard.hash,
  );
}

/** After `shardBits` grew every shard is written anew. */
export function clearSnapshotShards(tx: Transaction, authorityId: number): void {
  tx.run('DELETE FROM snapshot_shard WHERE authority_id = ?', authorityId);
  tx.run('DELETE FROM snapshot_page WHERE authority_id = ?', authorityId);
}

function mediaTypeColumn(row: Row): MediaTypeCode {
  const code = integerColumn(row, 'media_type');
  for (const known of Object.keys(MEDIA_TYPES))
    if (Number(known) === code) return code as MediaTypeCode;
  throw new BugError(`unknown media type ${code}`);
}

function splitHashes(hashes: Uint8Array): readonly Uint8Array[] {
  const list: Uint8Array[] = [];
  for (let at = 0; at < hashes.length; at += 32) list.push(hashes.slice(at, at + 32));
  return list;
}

function fileFromRow(row: Row): FileEntry {
  return {
    path: textColumn(row, 'path'),
    mediaType: mediaTypeColumn(row),
    hash: blobColumn(row, 'hash'),
    length: integerColumn(row, 'length'),
    thisUpdate: nullableColumn(row, 'this_update', timeColumn),
    nextUpdate: nullableColumn(row, 'next_update', timeColumn),
    chunkHashes: splitHashes(blobColumn(row, 'chunk_hashes')),
  };
}

/** In ascending order of path, as pages want them. */
export function snapshotFiles(db: Reader): readonly FileEntry[] {
  return db.all('SELECT * FROM snapshot_file ORDER BY path').map(fileFromRow);
}

export function countSnapshotFiles(db: Reader): number {
  const row = db.get('SELECT count(*) AS n FROM snapshot_file');
  return row ? integerColumn(row, 'n') : 0;
}

export function snapshotFileAt(db: Reader, path: string): FileEntry | undefined {
  const row = db.get('SELECT * FROM snapshot_file WHERE path = ?', path);
  return row && fileFromRow(row);
}

/** Files whose place (`PLACE_BITS`) is in the range: those of one page. */
export function snapshotFilesOfPlaces(db: Reader, from: number, to: number): readonly FileEntry[] {
  return db
    .all('SELECT * FROM snapshot_file WHERE place >= ? AND place < ?', from, to)
    .map(fileFromRow);
}

/** Hashes of the file pages of the last promised epoch, in order; none while the root lists the files. */
export function snapshotFilePages(db: Reader): readonly Uint8Array[] {
  return db
    .all('SELECT hash FROM snapshot_file_page ORDER BY page_index')
    .map((row) => blobColumn(row, 'hash'));
}

export interface SnapshotFilePage {
  readonly pageIndex: number;
  readonly hash: Uint8Array;
}

/** `count` pages from now on; those that are not among `changed` keep their hash. */
export function putSnapshotFilePages(
  tx: Transaction,
  count: number,
  changed: readonly SnapshotFilePage[],
): void {
  tx.run('DELETE FROM snapshot_file_page WHERE page_index >= ?', count);
  for (const { pageIndex, hash } of changed) {
    tx.run(
      `INSERT INTO snapshot_file_page (page_index, hash) VALUES (?, ?)
       ON CONFLICT (page_index) DO UPDATE SET hash = excluded.hash`,
      pageIndex,
      hash,
    );
  }
}

export function putSnapshotFile(tx: Transaction, file: FileEntry): void {
  tx.run(
    `INSERT INTO snapshot_file (path, place, media_type, hash, length, this_update, next_update, chunk_hashes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (path) DO UPDATE SET media_type = excluded.media_type, hash = excluded.hash,
       length = excluded.length, this_update = excluded.this_update, next_update = excluded.next_update,
       chunk_hashes = excluded.chunk_hashes`,
    file.path,
    placeOf(asciiBytes(file.path), PLACE_BITS),
    file.mediaType,
    file.hash,
    file.length,
    file.thisUpdate,
    file.nextUpdate,
    concatBytes(file.chunkHashes),
  );
}

export function deleteSnapshotFile(tx: Transaction, path: string): void {
  tx.run('DELETE FROM snapshot_file WHERE path = ?', path);
}
