import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { blobColumn, integerColumn, textColumn, timeColumn } from './row.ts';

/** One link of the chain of heads. */
export interface EpochRow {
  readonly number: number;
  readonly state: 'promised' | 'published';
  readonly rootHash: Uint8Array;
  /** SHA-256 of the head's text; the next head names it. */
  readonly headHash: Uint8Array;
  readonly note: Uint8Array;
  readonly time: UnixSeconds;
  readonly expires: UnixSeconds;
}

export interface EpochBlob {
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
}

function epochFromRow(row: Row): EpochRow {
  return {
    number: integerColumn(row, 'number'),
    state: textColumn(row, 'state') === 'published' ? 'published' : 'promised',
    rootHash: blobColumn(row, 'root_hash'),
    headHash: blobColumn(row, 'head_hash'),
    note: blobColumn(row, 'note'),
    time: timeColumn(row, 'time'),
    expires: timeColumn(row, 'expires'),
  };
}

export function latestEpoch(db: Reader): EpochRow | undefined {
  const row = db.get('SELECT * FROM epoch ORDER BY number DESC LIMIT 1');
  return row && epochFromRow(row);
}

export function epochNumbered(db: Reader, number: number): EpochRow | undefined {
  const row = db.get('SELECT * FROM epoch WHERE number = ?', number);
  return row && epochFromRow(row);
}

export function latestPublishedEpoch(db: Reader): EpochRow | undefined {
  const row = db.get("SELECT * FROM epoch WHERE state = 'published' ORDER BY number DESC LIMIT 1");
  return row && epochFromRow(row);
}

export function promisedEpochs(db: Reader): readonly EpochRow[] {
  return db.all("SELECT * FROM epoch WHERE state = 'promised' ORDER BY number").map(epochFromRow);
}

export function insertPromisedEpoch(
  tx: Transaction,
  epoch: Omit<EpochRow, 'state'>,
  blobs: readonly EpochBlob[],
): void {
  tx.run(
    "INSERT INTO epoch (number, state, root_hash, head_hash, note, time, expires) VALUES (?, 'promised', ?, ?, ?, ?, ?)",
    epoch.number,
    epoch.rootHash,
    epoch.headHash,
    epoch.note,
    epoch.time,
    epoch.expires,
  );
  for (const { hash, bytes } of blobs) {
    tx.run(
      'INSERT OR IGNORE INTO epoch_blob (epoch, hash, bytes) VALUES (?, ?, ?)',
      epoch.number,
      hash,
      bytes,
    );
  }
}

export function epochBlobs(db: Reader, number: number): readonly EpochBlob[] {
  return db
    .all('SELECT hash, bytes FROM epoch_blob WHERE epoch = ?', number)
    .map((row) => ({ hash: blobColumn(row, 'hash'), bytes: blobColumn(row, 'bytes') }));
}

export function setEpochPublished(tx: Transaction, number: number, publishedAt: UnixSeconds): void {
  tx.run(
    "UPDATE epoch SET state = 'published', published_at = ? WHERE number = ?",
    publishedAt,
    number,
  );
  tx.run('DELETE FROM epoch_blob WHERE epoch = ?', number);
}
