import type { UnixSeconds } from '../../shared/time.ts';
import type { StatusToSign } from '../lint/ocsp/candidate.ts';
import { serialColumn } from './certificate-table.ts';
import type { Reader } from './database.ts';
import { integerColumn } from './row.ts';
import { factualStatus } from './unsettled-table.ts';

/** Certificates whose responses are to be replaced, in order of place and serial number. */
export interface DuePage {
  readonly statuses: readonly StatusToSign[];
  /** The last key of the page: the next one begins after it. */
  readonly place: number;
  readonly serial: Uint8Array;
}

export interface DueQuery {
  readonly authorityId: number;
  /** Responses that were made at or before this time are due. */
  readonly madeBy: UnixSeconds;
  readonly after: DuePage | undefined;
  readonly limit: number;
}

/** Made by then, or signed by a responder that was revoked since. */
const DUE_BATCHES = `SELECT id FROM ocsp_batch b WHERE authority_id = ?1 AND (this_update <= ?2
  OR EXISTS (SELECT 1 FROM responder p JOIN revocation v ON v.certificate_id = p.certificate_id
    WHERE p.id = b.responder_id))`;

export function hasDueResponses(db: Reader, authorityId: number, madeBy: UnixSeconds): boolean {
  const row = db.get(
    `SELECT 1 FROM ocsp_response WHERE batch_id IN (${DUE_BATCHES}) LIMIT 1`,
    authorityId,
    madeBy,
  );
  return row !== undefined;
}

/**
 * The next due certificates in the order of shards: what is renewed together then lies together in
 * few shards, and one batch stands in few of them. `undefined` when there are none after `after`.
 * Statuses come from the facts, not from the responses that they replace.
 */
export function readDuePage(db: Reader, query: DueQuery): DuePage | undefined {
  const { authorityId, madeBy, after, limit } = query;
  const rows = db.all(
    isFew(db, query) ? FEW : MANY,
    authorityId,
    madeBy,
    after?.place ?? -1,
    after?.serial ?? new Uint8Array(0),
    limit,
  );
  const last = rows[rows.length - 1];
  if (!last) return undefined;
  return {
    statuses: rows.map((row) => ({
      serialNumber: serialColumn(row, 'serial'),
      certStatus: factualStatus(row),
    })),
    place: integerColumn(last, 'place'),
    serial: serialColumn(last, 'serial'),
  };
}

function page(path: 'INDEXED BY ocsp_response_batch' | 'NOT INDEXED'): string {
  return `SELECT r.place, r.serial, v.revocation_date, v.reason
     FROM ocsp_response r ${path}
     JOIN certificate c ON c.authority_id = r.authority_id AND c.place = r.place AND c.serial = r.serial
       AND c.state = 'issued'
     LEFT JOIN revocation v ON v.certificate_id = c.id
       AND NOT EXISTS (SELECT 1 FROM unsettled u WHERE u.certificate_id = c.id)
     WHERE r.batch_id IN (${DUE_BATCHES}) AND r.authority_id = ?1
       AND (r.place, r.serial) > (?3, ?4)
     ORDER BY r.place, r.serial LIMIT ?5`;
}

/** By the index of batches, then sorted. */
const FEW = page('INDEXED BY ocsp_response_batch');
/** By the primary key, passing over what is not due. */
const MANY = page('NOT INDEXED');

/** One certificate that is due must not cost a walk through a million that are not. */
function isFew(db: Reader, { authorityId, madeBy, limit }: DueQuery): boolean {
  const row = db.get(
    `SELECT count(*) AS n FROM (SELECT 1 FROM ocsp_response WHERE batch_id IN (${DUE_BATCHES}) LIMIT ?3)`,
    authorityId,
    madeBy,
    limit + 1,
  );
  return row !== undefined && integerColumn(row, 'n') <= limit;
}
