import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { PLACE_BITS } from './outbox-table.ts';
import { blobColumn, integerColumn, nullableColumn, timeColumn } from './row.ts';

/** One OCSP shard as it is published or will be next. */
export interface ShardRow {
  /** Among the 2^shardBits of its authority. */
  readonly shardIndex: number;
  /** `encodeOCSPShard`. */
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`. */
  readonly hash: Uint8Array;
  /** Every signature in it was checked with its responder's public key. */
  readonly verified: boolean;
}

export interface NewShard extends ShardRow {
  /** Of its oldest answer. */
  readonly thisUpdate: UnixSeconds;
  /** Of the answer that runs out first. */
  readonly nextUpdate: UnixSeconds;
  /** Rows of `responder` whose answers are in it, and how many they are. */
  readonly answersBy: ReadonlyMap<number, number>;
}

/** The places (`PLACE_BITS`) of a shard's certificates: one range, `to` excluded. */
export function placesOfShard(
  shardBits: number,
  shardIndex: number,
): { readonly from: number; readonly to: number } {
  const width = 2 ** (PLACE_BITS - shardBits);
  return { from: shardIndex * width, to: (shardIndex + 1) * width };
}

function shardFromRow(row: Row): ShardRow {
  return {
    shardIndex: integerColumn(row, 'shard_index'),
    bytes: blobColumn(row, 'bytes'),
    hash: blobColumn(row, 'hash'),
    verified: integerColumn(row, 'verified') === 1,
  };
}

/** undefined while no certificate lives there. */
export function findShard(
  db: Reader,
  authorityId: number,
  shardIndex: number,
): ShardRow | undefined {
  const row = db.get(
    'SELECT shard_index, bytes, hash, verified FROM ocsp_shard WHERE authority_id = ? AND shard_index = ?',
    authorityId,
    shardIndex,
  );
  return row && shardFromRow(row);
}

/** Those that hold a certificate, in ascending order. */
export function shardIndices(db: Reader, authorityId: number): readonly number[] {
  return db
    .tuples(
      'SELECT shard_index FROM ocsp_shard WHERE authority_id = ? ORDER BY shard_index',
      authorityId,
    )
    .map(([index]) => Number(index));
}

/** Replaces what was stored of this shard. */
export function putShard(tx: Transaction, authorityId: number, shard: NewShard): void {
  tx.run(
    `INSERT INTO ocsp_shard (authority_id, shard_index, hash, verified, this_update, next_update, bytes)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (authority_id, shard_index) DO UPDATE SET hash = excluded.hash, verified = excluded.verified,
       this_update = excluded.this_update, next_update = excluded.next_update, bytes = excluded.bytes`,
    authorityId,
    shard.shardIndex,
    shard.hash,
    shard.verified ? 1 : 0,
    shard.thisUpdate,
    shard.nextUpdate,
    shard.bytes,
  );
  clearResponders(tx, authorityId, shard.shardIndex);
  for (const [id, answers] of shard.answersBy) {
    tx.run(
      'INSERT INTO ocsp_shard_responder (authority_id, shard_index, responder_id, answers) VALUES (?, ?, ?, ?)',
      authorityId,
      shard.shardIndex,
      id,
      answers,
    );
  }
}

function clearResponders(tx: Transaction, authorityId: number, shardIndex: number): void {
  tx.run(
    'DELETE FROM ocsp_shard_responder WHERE authority_id = ? AND shard_index = ?',
    authorityId,
    shardIndex,
  );
}

export function deleteShard(tx: Transaction, authorityId: number, shardIndex: number): void {
  tx.run(
    'DELETE FROM ocsp_shard WHERE authority_id = ? AND shard_index = ?',
    authorityId,
    shardIndex,
  );
  clearResponders(tx, authorityId, shardIndex);
}

/** Only while it is the shard that was checked: a newer one has signatures of its own. */
export function setShardVerified(
  tx: Transaction,
  authorityId: number,
  shard: Pick<ShardRow, 'shardIndex' | 'hash'>,
): void {
  tx.run(
    'UPDATE ocsp_shard SET verified = 1 WHERE authority_id = ? AND shard_index = ? AND hash = ?',
    authorityId,
    shard.shardIndex,
    shard.hash,
  );
}

/** The next renewal signs all of it again, whatever its age. */
export function setShardDue(tx: Transaction, authorityId: number, shardIndex: number): void {
  tx.run(
    'UPDATE ocsp_shard SET this_update = 0 WHERE authority_id = ? AND shard_index = ?',
    authorityId,
    shardIndex,
  );
}

/** Shards with answers of a responder that was revoked since, at most `limit`. */
export function orphanedShards(db: Reader, authorityId: number, limit: number): readonly number[] {
  return db
    .tuples(
      `SELECT DISTINCT s.shard_index FROM responder p JOIN revocation v ON v.certificate_id = p.certificate_id
         JOIN ocsp_shard_responder s ON s.responder_id = p.id
       WHERE p.authority_id = ? AND s.authority_id = p.authority_id LIMIT ?`,
      authorityId,
      limit,
    )
    .map(([index]) => Number(index));
}

/**
 * Shards that are to be signed again, at most `limit`: those with answers of a responder that was
 * revoked since, then those with an answer that was made by the given time, the oldest first.
 */
export function dueShards(
  db: Reader,
  authorityId: number,
  madeBy: UnixSeconds,
  limit: number,
): readonly number[] {
  const orphaned = orphanedShards(db, authorityId, limit);
  const old = db
    .tuples(
      `SELECT shard_index FROM ocsp_shard WHERE authority_id = ? AND this_update <= ?
       ORDER BY this_update, shard_index LIMIT ?`,
      authorityId,
      madeBy,
      limit,
    )
    .map(([index]) => Number(index));
  return [...new Set([...orphaned, ...old])].slice(0, limit);
}

/** The end of the answer that runs out first. */
export function earliestNextUpdate(db: Reader, authorityId: number): UnixSeconds | null {
  const row = db.get(
    'SELECT min(next_update) AS earliest FROM ocsp_shard WHERE authority_id = ?',
    authorityId,
  );
  return row ? nullableColumn(row, 'earliest', timeColumn) : null;
}
