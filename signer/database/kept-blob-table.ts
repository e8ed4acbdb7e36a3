import type { Seconds, UnixSeconds } from '../../shared/time.ts';
import type { Reader, Transaction } from './database.ts';
import { blobColumn, integerColumn } from './row.ts';
import { readSetting, removeSetting, writeSetting } from './setting-table.ts';

/** A reader that met a head may take its blobs for this long after another head took its place. */
const UNUSED_FOR: Seconds = 600;

/** Whether every blob of the last promised epoch is here. */
export function keepsBlobs(db: Reader): boolean {
  return readSetting(db, 'blobs-kept') !== undefined;
}

/**
 * Right after the promise of an epoch that brings every blob, and before its blobs go out and leave
 * `epoch_blob`: its names are counted once, and from then on the triggers of migration 12 follow each
 * change. If we stop between the promise and this, nothing is kept and the next epoch is of everything.
 */
export function startKeepingBlobs(tx: Transaction): void {
  stopKeepingBlobs(tx);
  tx.run('INSERT INTO blob_use (hash, uses) SELECT hash, count(*) FROM named_blob GROUP BY hash');
  writeSetting(tx, 'blobs-kept', '1');
}

/** What was kept misses the next epoch's blobs, so all of it goes. */
export function stopKeepingBlobs(tx: Transaction): void {
  removeSetting(tx, 'blobs-kept');
  tx.run('DELETE FROM kept_blob');
  tx.run('DELETE FROM blob_use');
}

/**
 * Before `setEpochPublished` removes them. One that the snapshot does not name, because its issuer's
 * shards were split while the head was signed, is of this epoch alone.
 */
export function keepBlobs(tx: Transaction, epoch: number): void {
  tx.run(
    'INSERT OR IGNORE INTO blob_use (hash, uses, unused_since) SELECT hash, 0, epoch + 1 FROM epoch_blob WHERE epoch = ?',
    epoch,
  );
  tx.run(
    'INSERT OR IGNORE INTO kept_blob (hash, bytes) SELECT hash, bytes FROM epoch_blob WHERE epoch = ?',
    epoch,
  );
}

/** Blobs that are not named since an epoch of ten minutes ago; answers how many went. */
export function dropUnusedBlobs(tx: Transaction, now: UnixSeconds): number {
  const row = tx.get(
    'SELECT number FROM epoch WHERE time <= ? ORDER BY number DESC LIMIT 1',
    now - UNUSED_FOR,
  );
  const until = row ? integerColumn(row, 'number') : 0;
  const unused = 'SELECT hash FROM blob_use WHERE unused_since IS NOT NULL AND unused_since <= ?';
  const { changes } = tx.run(`DELETE FROM kept_blob WHERE hash IN (${unused})`, until);
  tx.run('DELETE FROM blob_use WHERE unused_since IS NOT NULL AND unused_since <= ?', until);
  return changes;
}

/** Of a published epoch, or of one that is promised and still on its way to the store. */
export function blobAt(db: Reader, hash: Uint8Array): Uint8Array | undefined {
  const row =
    db.get('SELECT bytes FROM kept_blob WHERE hash = ?', hash) ??
    db.get('SELECT bytes FROM epoch_blob WHERE hash = ? LIMIT 1', hash);
  return row && blobColumn(row, 'bytes');
}

/** Whether `blobAt` has it: of four megabytes nothing is read. */
export function hasBlobAt(db: Reader, hash: Uint8Array): boolean {
  const row = db.get(
    `SELECT EXISTS (SELECT 1 FROM kept_blob WHERE hash = ?1)
       OR EXISTS (SELECT 1 FROM epoch_blob WHERE hash = ?1) AS known`,
    hash,
  );
  return row !== undefined && integerColumn(row, 'known') !== 0;
}
