import type { AuditCheckpoint } from '../../shared/snapshot/root.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { blobColumn, integerColumn } from './row.ts';

/** Where the audit log stood when an epoch was made. */
export interface AuditWitnessRow extends AuditCheckpoint {
  readonly epoch: number;
}

/** One that proves itself: the head names the root, the root says where the log stood. */
export interface SignedWitnessRow extends AuditWitnessRow {
  /** The signed note. */
  readonly head: Uint8Array;
  readonly root: Uint8Array;
}

const DAY = 86_400;

/** In the transaction of the promise; of a day only the last root is kept. */
export function insertAuditWitness(
  tx: Transaction,
  { epoch, size, hash }: AuditWitnessRow,
  root: Uint8Array,
  time: UnixSeconds,
): void {
  const day = Math.floor(time / DAY);
  tx.run('UPDATE audit_witness SET root = NULL WHERE day = ? AND root IS NOT NULL', day);
  tx.run(
    'INSERT INTO audit_witness (epoch, size, hash, day, root) VALUES (?, ?, ?, ?, ?)',
    epoch,
    size,
    hash,
    day,
    root,
  );
}

export function latestAuditWitness(db: Reader): AuditWitnessRow | undefined {
  const row = db.get('SELECT epoch, size, hash FROM audit_witness ORDER BY epoch DESC LIMIT 1');
  return row && witnessOf(row);
}

/** Those whose root is kept, after an epoch, in the order of epochs; at most `limit`. */
export function signedAuditWitnesses(
  db: Reader,
  afterEpoch: number,
  limit: number,
): readonly SignedWitnessRow[] {
  return db
    .all(
      `SELECT w.epoch, w.size, w.hash, w.root, e.note FROM audit_witness w JOIN epoch e ON e.number = w.epoch
       WHERE w.epoch > ? AND w.root IS NOT NULL ORDER BY w.epoch LIMIT ?`,
      afterEpoch,
      limit,
    )
    .map((row) => ({
      ...witnessOf(row),
      head: blobColumn(row, 'note'),
      root: blobColumn(row, 'root'),
    }));
}

function witnessOf(row: Row): AuditWitnessRow {
  return {
    epoch: integerColumn(row, 'epoch'),
    size: integerColumn(row, 'size'),
    hash: blobColumn(row, 'hash'),
  };
}
