import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { blobColumn, integerColumn, timeColumn } from './row.ts';

export interface CRLRow {
  readonly authorityId: number;
  readonly crlNumber: number;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  readonly entries: number;
  readonly der: Uint8Array;
}

function crlFromRow(row: Row): CRLRow {
  return {
    authorityId: integerColumn(row, 'authority_id'),
    crlNumber: integerColumn(row, 'crl_number'),
    thisUpdate: timeColumn(row, 'this_update'),
    nextUpdate: timeColumn(row, 'next_update'),
    entries: integerColumn(row, 'entries'),
    der: blobColumn(row, 'der'),
  };
}

export function latestCRL(db: Reader, authorityId: number): CRLRow | undefined {
  const row = db.get(
    'SELECT * FROM crl WHERE authority_id = ? ORDER BY crl_number DESC LIMIT 1',
    authorityId,
  );
  return row && crlFromRow(row);
}

/** The window of the newest CRL without its bytes. */
export function latestCRLTimes(
  db: Reader,
  authorityId: number,
): Pick<CRLRow, 'crlNumber' | 'thisUpdate' | 'nextUpdate'> | undefined {
  const row = db.get(
    'SELECT crl_number, this_update, next_update FROM crl WHERE authority_id = ? ORDER BY crl_number DESC LIMIT 1',
    authorityId,
  );
  return (
    row && {
      crlNumber: integerColumn(row, 'crl_number'),
      thisUpdate: timeColumn(row, 'this_update'),
      nextUpdate: timeColumn(row, 'next_update'),
    }
  );
}

export function insertCRL(tx: Transaction, crl: CRLRow): void {
  tx.run(
    'INSERT INTO crl (authority_id, crl_number, this_update, next_update, entries, der) VALUES (?, ?, ?, ?, ?, ?)',
    crl.authorityId,
    crl.crlNumber,
    crl.thisUpdate,
    crl.nextUpdate,
    crl.entries,
    crl.der,
  );
}
