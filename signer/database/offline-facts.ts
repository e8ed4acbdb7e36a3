import type { SerialNumber } from '../../shared/serial-number.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { serialColumn } from './certificate-table.ts';
import type { Reader, Transaction } from './database.ts';
import { integerColumn, nullableColumn, timeColumn } from './row.ts';
import type { StatusFact } from './status-facts.ts';
import { factualStatus } from './unsettled-table.ts';

/**
 * Facts of an authority whose key is offline. An issued certificate may be told good as soon as it is
 * on record: no CRL contradicts that. A revocation waits until a CRL that lists it is at hand, and then
 * both say it in one epoch (RSP-24); until then its mark in `unsettled` says to the publish gate that
 * the fact is pending, and `ceremony_revocation` says which ceremony brings it.
 */
const IS_BROUGHT = `EXISTS (SELECT 1 FROM ceremony_revocation b JOIN ceremony k ON k.id = b.ceremony_id
  WHERE b.certificate_id = c.id AND k.state IN ('signed', 'imported'))`;

export interface OfflineWork {
  /** Rows of `unsettled` that these statuses settle. */
  readonly marks: readonly number[];
  readonly statuses: readonly StatusFact[];
}

/** What can be settled now, each certificate once. */
export function readOfflineWork(db: Reader, authorityId: number): OfflineWork {
  const rows = db.all(
    `SELECT u.id, c.id AS certificate_id, c.serial, c.not_after, r.revocation_date, r.reason
     FROM unsettled u JOIN certificate c ON c.id = u.certificate_id
     LEFT JOIN revocation r ON r.certificate_id = c.id
     WHERE u.authority_id = ? AND (r.certificate_id IS NULL OR ${IS_BROUGHT}) ORDER BY u.id`,
    authorityId,
  );
  const statuses = new Map<number, StatusFact>();
  for (const row of rows) {
    const serialNumber = serialColumn(row, 'serial');
    statuses.set(integerColumn(row, 'certificate_id'), {
      serialNumber,
      certStatus: factualStatus(row),
      notAfter: timeColumn(row, 'not_after'),
    });
  }
  return { marks: rows.map((row) => integerColumn(row, 'id')), statuses: [...statuses.values()] };
}

/** Exactly these: what came meanwhile has a mark of its own. */
export function clearMarks(tx: Transaction, marks: readonly number[]): void {
  tx.run(
    'DELETE FROM unsettled WHERE id IN (SELECT value FROM json_each(?))',
    JSON.stringify(marks),
  );
}

/** Certificates that are answered though their revocation waits for a ceremony. */
export function waitingSerials(db: Reader, authorityId: number): readonly SerialNumber[] {
  return db
    .all(
      `SELECT DISTINCT c.serial FROM unsettled u JOIN certificate c ON c.id = u.certificate_id
       JOIN revocation r ON r.certificate_id = c.id
       WHERE u.authority_id = ? AND c.answered = 1 AND NOT ${IS_BROUGHT}`,
      authorityId,
    )
    .map((row) => serialColumn(row, 'serial'));
}

/** Facts that wait for a ceremony, and since when. */
export interface WaitingFacts {
  readonly count: number;
  readonly since: UnixSeconds | null;
}

/** Revocations that no imported CRL lists: the 24 hours of CSBR 4.9.7 run from the first of them. */
export function waitingRevocations(db: Reader, authorityId: number): WaitingFacts {
  const row = db.get(
    `SELECT count(DISTINCT r.certificate_id) AS n, min(r.recorded_at) AS since
     FROM unsettled u JOIN revocation r ON r.certificate_id = u.certificate_id
     WHERE u.authority_id = ? AND NOT EXISTS (SELECT 1 FROM ceremony_revocation b
       JOIN ceremony k ON k.id = b.ceremony_id
       WHERE b.certificate_id = r.certificate_id AND k.state = 'imported')`,
    authorityId,
  );
  return {
    count: row ? integerColumn(row, 'n') : 0,
    since: row ? nullableColumn(row, 'since', timeColumn) : null,
  };
}

/** Of these, those that the CRL of this ceremony does not list: they were recorded after its export. */
export function revocationsLeftOut(db: Reader, authorityId: number, ceremonyId: number): number {
  const row = db.get(
    `SELECT count(DISTINCT r.certificate_id) AS n
     FROM unsettled u JOIN revocation r ON r.certificate_id = u.certificate_id
     WHERE u.authority_id = ? AND NOT EXISTS (SELECT 1 FROM ceremony_revocation b
       JOIN ceremony k ON k.id = b.ceremony_id
       WHERE b.certificate_id = r.certificate_id AND (k.id = ? OR k.state = 'imported'))`,
    authorityId,
    ceremonyId,
  );
  return row ? integerColumn(row, 'n') : 0;
}

/** Certificates that are issued and not yet followed by a CRL and told by OCSP (CRL-6 c). */
export function waitingIssuances(db: Reader, authorityId: number): WaitingFacts {
  const row = db.get(
    `SELECT count(DISTINCT c.id) AS n, min(c.not_before) AS since
     FROM unsettled u JOIN certificate c ON c.id = u.certificate_id
     WHERE u.authority_id = ? AND c.state = 'issued'
       AND NOT EXISTS (SELECT 1 FROM revocation r WHERE r.certificate_id = c.id)`,
    authorityId,
  );
  return {
    count: row ? integerColumn(row, 'n') : 0,
    since: row ? nullableColumn(row, 'since', timeColumn) : null,
  };
}
