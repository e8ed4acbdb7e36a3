import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { integerColumn, textColumn, timeColumn } from './row.ts';

/** The key of a rotation that has not come to its certificate. */
export interface ResponderKeyRow {
  readonly authorityId: number;
  readonly keystore: string;
  readonly keyLabel: string;
  /** `pending`: the next rotation takes it up. `unusable`: it was given up and never will be. */
  readonly state: 'pending' | 'unusable';
  readonly begunAt: UnixSeconds;
  readonly begunBy: string;
}

function responderKeyFromRow(row: Row): ResponderKeyRow {
  return {
    authorityId: integerColumn(row, 'authority_id'),
    keystore: textColumn(row, 'keystore'),
    keyLabel: textColumn(row, 'key_label'),
    state: textColumn(row, 'state') === 'pending' ? 'pending' : 'unusable',
    begunAt: timeColumn(row, 'begun_at'),
    begunBy: textColumn(row, 'begun_by'),
  };
}

/** Before the keystore is asked: whatever it then holds under this label is known. */
export function insertPendingKey(tx: Transaction, key: Omit<ResponderKeyRow, 'state'>): void {
  tx.run(
    `INSERT INTO responder_key (key_label, authority_id, keystore, state, begun_at, begun_by)
     VALUES (?, ?, ?, 'pending', ?, ?)`,
    key.keyLabel,
    key.authorityId,
    key.keystore,
    key.begunAt,
    key.begunBy,
  );
}

export function pendingKey(db: Reader, authorityId: number): ResponderKeyRow | undefined {
  const row = db.get(
    "SELECT * FROM responder_key WHERE authority_id = ? AND state = 'pending'",
    authorityId,
  );
  return row && responderKeyFromRow(row);
}

export function setKeyUnusable(tx: Transaction, keyLabel: string): void {
  tx.run("UPDATE responder_key SET state = 'unusable' WHERE key_label = ?", keyLabel);
}

/** When its certificate is stored it is the responder's and no longer open. */
export function deletePendingKey(tx: Transaction, keyLabel: string): void {
  tx.run("DELETE FROM responder_key WHERE key_label = ? AND state = 'pending'", keyLabel);
}

export function listUncertifiedKeys(db: Reader): readonly ResponderKeyRow[] {
  return db
    .all('SELECT * FROM responder_key ORDER BY begun_at, key_label')
    .map(responderKeyFromRow);
}
