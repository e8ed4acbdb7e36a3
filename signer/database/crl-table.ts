import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { blobColumn, integerColumn, timeColumn } from './row.ts';

export interface CRLRow {
  readonly authorityId: number;
  readonly crlNumber: number;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  readonly entries: number;
  /** Certificates that ended before this are not on it (CRL-15). */
  readonly keptSince: UnixSeconds;
  readonly der: Uint8Array;
}

function crlFromRow(row: Row): CRLRow {
  return {
    authorityId: integerColumn(row, 'authority_id'),
    crlNumber: integerColumn(row, 'crl_number'),
    thisUpdate: timeColumn(row, 'this_update'),
    nextUpdate: timeColumn(row, 'next_update'),
    entries: integerColumn(row, 'entries'),
    keptSince: timeColumn(row, 'kept_since'),
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
): Pick<CRLRow, 'crlNumber' | 'thisUpdate' | 'nextUpdate' | 'keptSince'> | undefined {
  const row = db.get(
    'SELECT crl_number, this_update, next_update, kept_since FROM crl WHERE authority_id = ? ORDER BY crl_number DESC LIMIT 1',
    authorityId,
  );
  return (
    row && {
      crlNumber: integerColumn(row, 'crl_number'),
      thisUpdate: timeColumn(row, 'this_update'),
      nextUpdate: timeColumn(row, 'next_update'),
      keptSince: timeColumn(row, 'kept_since'),
    }
  );
}

/** What there is to say of the newest CRL without its bytes. */
export interface CRLFacts
  extends Pick<CRLRow, 'crlNumber' | 'thisUpdate' | 'nextUpdate' | 'entries'> {
  readonly length: number;
}

export function latestCRLFacts(db: Reader, authorityId: number): CRLFacts | undefined {
  const row = db.get(
    `SELECT crl_number, this_update, next_update, entries, length(der) AS length FROM crl
     WHERE authority_id = ? ORDER BY crl_number DESC LIMIT 1`,
    authorityId,
  );
  return (
    row && {
      crlNumber: integerColumn(row, 'crl_number'),
      thisUpdate: timeColumn(row, 'this_update'),
      nextUpdate: timeColumn(row, 'next_update'),
      entries: integerColumn(row, 'entries'),
      length: integerColumn(row, 'length'),
    }
  );
}

export function insertCRL(tx: Transaction, crl: CRLRow): void {
  tx.run(
    `INSERT INTO crl (authority_id, crl_number, this_update, next_update, entries, kept_since, der)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    crl.authorityId,
    crl.crlNumber,
    crl.thisUpdate,
    crl.nextUpdate,
    crl.entries,
    crl.keptSince,
    crl.der,
  );
}
