import type { CertStatus } from '../../shared/ocsp/response.ts';
import { serialColumn } from './certificate-table.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { reasonColumn } from './revocation-table.ts';
import { integerColumn, timeColumn } from './row.ts';
import type { StatusFact } from './status-facts.ts';

export interface UnsettledWork {
  /** Rows up to here are settled by the artifacts that are made now. */
  readonly upTo: number;
  readonly certificates: readonly StatusFact[];
}

export function markUnsettled(tx: Transaction, authorityId: number, certificateId: number): void {
  tx.run(
    'INSERT INTO unsettled (authority_id, certificate_id) VALUES (?, ?)',
    authorityId,
    certificateId,
  );
}

/** Status of a row that joins `certificate` with its revocation, if any. */
export function factualStatus(row: Row): CertStatus {
  if (row['revocation_date'] === null) return { status: 'good' };
  return {
    status: 'revoked',
    revocationReason: reasonColumn(row, 'reason'),
    revocationTime: timeColumn(row, 'revocation_date'),
  };
}

/**
 * The oldest facts that wait, at most `limit`: each certificate once, with the status that it has
 * after these facts and before any later one.
 */
export function readUnsettled(db: Reader, authorityId: number, limit: number): UnsettledWork {
  const last = db.get(
    'SELECT max(id) AS upto FROM (SELECT id FROM unsettled WHERE authority_id = ? ORDER BY id LIMIT ?)',
    authorityId,
    limit,
  );
  const upTo = last?.['upto'] == null ? 0 : integerColumn(last, 'upto');
  const rows = db.all(
    `SELECT DISTINCT c.serial, c.not_after, r.revocation_date, r.reason
     FROM unsettled u
     JOIN certificate c ON c.id = u.certificate_id
     LEFT JOIN revocation r ON r.certificate_id = c.id
       AND NOT EXISTS (SELECT 1 FROM unsettled later WHERE later.certificate_id = c.id AND later.id > ?2)
     WHERE u.authority_id = ?1 AND u.id <= ?2`,
    authorityId,
    upTo,
  );
  const certificates = rows.map((row) => ({
    serialNumber: serialColumn(row, 'serial'),
    certStatus: factualStatus(row),
    notAfter: timeColumn(row, 'not_after'),
  }));
  return { upTo, certificates };
}

/** The newest fact that waits; 0 when none does. */
export function newestUnsettled(db: Reader, authorityId: number): number {
  const row = db.get(
    'SELECT coalesce(max(id), 0) AS newest FROM unsettled WHERE authority_id = ?',
    authorityId,
  );
  return row ? integerColumn(row, 'newest') : 0;
}

export function clearUnsettled(tx: Transaction, authorityId: number, upTo: number): void {
  tx.run('DELETE FROM unsettled WHERE authority_id = ? AND id <= ?', authorityId, upTo);
}

export function authoritiesWithUnsettled(db: Reader): readonly number[] {
  return db
    .all('SELECT DISTINCT authority_id FROM unsettled ORDER BY authority_id')
    .map((row) => integerColumn(row, 'authority_id'));
}

export function countUnsettled(db: Reader): number {
  const row = db.get('SELECT count(*) AS n FROM unsettled');
  return row ? integerColumn(row, 'n') : 0;
}
