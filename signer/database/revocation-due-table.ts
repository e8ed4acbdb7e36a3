import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Transaction } from './database.ts';
import { insertEvent } from './revocation-event-table.ts';
import { integerColumn } from './row.ts';

/** Requests that are neither cancelled nor published, the oldest first, at most `limit`. */
export function dueRequests(db: Reader, limit: number): readonly number[] {
  return db
    .all('SELECT request_id FROM revocation_due ORDER BY request_id LIMIT ?', limit)
    .map((row) => integerColumn(row, 'request_id'));
}

export function countDueRequests(db: Reader): number {
  const row = db.get('SELECT count(*) AS n FROM revocation_due');
  return row ? integerColumn(row, 'n') : 0;
}

const HAS = (steps: string) =>
  `EXISTS (SELECT 1 FROM revocation_event e WHERE e.request_id = d.request_id AND e.step IN (${steps}))`;

/** Those that the signer has to go on with by itself: scheduled, or begun and not finished. */
export function requestsToCarryOn(db: Reader): readonly number[] {
  return db
    .all(
      `SELECT d.request_id FROM revocation_due d
       WHERE d.epoch IS NULL AND ${HAS("'schedule', 'begin'")} AND NOT ${HAS("'execute', 'cancel'")}
       ORDER BY d.request_id`,
    )
    .map((row) => integerColumn(row, 'request_id'));
}

/**
 * Executed requests whose every revocation is signed: an epoch that is built at this moment, with all
 * that waits in the outbox, carries them.
 */
export function settledRequests(db: Reader): readonly number[] {
  return db
    .all(
      `SELECT d.request_id FROM revocation_due d
       WHERE d.epoch IS NULL AND ${HAS("'execute'")}
         AND NOT EXISTS (SELECT 1 FROM unsettled u JOIN revocation_cause k ON k.certificate_id = u.certificate_id
           WHERE k.request_id = d.request_id)`,
    )
    .map((row) => integerColumn(row, 'request_id'));
}

/** In the transaction that promises the epoch. */
export function setRequestEpoch(tx: Transaction, numbers: readonly number[], epoch: number): void {
  for (const number of numbers)
    tx.run('UPDATE revocation_due SET epoch = ? WHERE request_id = ?', epoch, number);
}

/** RSP-10, in the transaction that records the epoch as published: what it carried is out. */
export function setRequestsPublished(tx: Transaction, epoch: number, at: UnixSeconds): void {
  const rows = tx.all('SELECT request_id, epoch FROM revocation_due WHERE epoch <= ?', epoch);
  for (const row of rows) {
    const number = integerColumn(row, 'request_id');
    const note = `epoch ${integerColumn(row, 'epoch')}`;
    insertEvent(tx, number, { step: 'publish', at, person: null, note, verification: null });
    tx.run('DELETE FROM revocation_due WHERE request_id = ?', number);
  }
}

/** Which request a revocation came from. */
export function insertCause(tx: Transaction, certificateId: number, number: number): void {
  tx.run(
    'INSERT INTO revocation_cause (certificate_id, request_id) VALUES (?, ?)',
    certificateId,
    number,
  );
}

export function countCaused(db: Reader, number: number): number {
  const row = db.get('SELECT count(*) AS n FROM revocation_cause WHERE request_id = ?', number);
  return row ? integerColumn(row, 'n') : 0;
}
