import { concatBytes } from '../../shared/bytes.ts';
import { BugError } from '../../shared/result.ts';
import { type FileEntry, MEDIA_TYPES, type MediaTypeCode } from '../../shared/snapshot/file.ts';
import type { Reader, Row, Transaction } from './database.ts';
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

export function putSnapshotFile(tx: Transaction, file: FileEntry): void {
  tx.run(
    `INSERT INTO snapshot_file (path, media_type, hash, length, this_update, next_update, chunk_hashes)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (path) DO UPDATE SET media_type = excluded.media_type, hash = excluded.hash,
       length = excluded.length, this_update = excluded.this_update, next_update = excluded.next_update,
       chunk_hashes = excluded.chunk_hashes`,
    file.path,
    file.mediaType,
    file.hash,
    file.length,
    file.thisUpdate,
    file.nextUpdate,
    concatBytes(file.chunkHashes),
  );
}
