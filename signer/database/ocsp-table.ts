import type { CertStatus, ResponseTimes } from '../../shared/ocsp/response.ts';
import type { SerialNumber } from '../../shared/serial-number.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { serialColumn } from './certificate-table.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { PLACE_BITS } from './outbox-table.ts';
import { reasonColumn } from './revocation-table.ts';
import { blobColumn, integerColumn, nullableColumn, timeColumn } from './row.ts';

/** Responses that were signed in one go by one responder. */
export interface BatchRow extends ResponseTimes {
  readonly id: number;
  readonly responderId: number;
}

/** The current answers about one certificate. */
export interface ResponseRow {
  readonly place: number;
  readonly serialNumber: SerialNumber;
  readonly batchId: number;
  readonly certStatus: CertStatus;
  /** Both signatures were checked with the responder's public key. */
  readonly verified: boolean;
  readonly signatures: { readonly sha1: Uint8Array; readonly sha256: Uint8Array };
}

function batchFromRow(row: Row): BatchRow {
  return {
    id: integerColumn(row, 'id'),
    responderId: integerColumn(row, 'responder_id'),
    producedAt: timeColumn(row, 'produced_at'),
    thisUpdate: timeColumn(row, 'this_update'),
    nextUpdate: timeColumn(row, 'next_update'),
    archiveCutoff: nullableColumn(row, 'archive_cutoff', timeColumn),
  };
}

function statusFromRow(row: Row): CertStatus {
  if (integerColumn(row, 'reason') === 0) return { status: 'good' };
  return {
    status: 'revoked',
    revocationReason: reasonColumn(row, 'reason'),
    revocationTime: timeColumn(row, 'revocation_time'),
  };
}

function responseFromRow(row: Row): ResponseRow {
  return {
    place: integerColumn(row, 'place'),
    serialNumber: serialColumn(row, 'serial'),
    batchId: integerColumn(row, 'batch_id'),
    certStatus: statusFromRow(row),
    verified: integerColumn(row, 'verified') === 1,
    signatures: {
      sha1: blobColumn(row, 'signature_sha1'),
      sha256: blobColumn(row, 'signature_sha256'),
    },
  };
}

export function insertBatch(
  tx: Transaction,
  authorityId: number,
  responderId: number,
  times: ResponseTimes,
): number {
  const { producedAt, thisUpdate, nextUpdate, archiveCutoff } = times;
  return tx.run(
    `INSERT INTO ocsp_batch (authority_id, responder_id, produced_at, this_update, next_update, archive_cutoff)
     VALUES (?, ?, ?, ?, ?, ?)`,
    authorityId,
    responderId,
    producedAt,
    thisUpdate,
    nextUpdate,
    archiveCutoff,
  ).id;
}

export function batchById(db: Reader, id: number): BatchRow | undefined {
  const row = db.get('SELECT * FROM ocsp_batch WHERE id = ?', id);
  return row && batchFromRow(row);
}

const UPSERT = `INSERT INTO ocsp_response (authority_id, place, serial, batch_id, reason, revocation_time,
    signature_sha1, signature_sha256, verified) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (authority_id, place, serial) DO UPDATE SET batch_id = excluded.batch_id, reason = excluded.reason,
    revocation_time = excluded.revocation_time, signature_sha1 = excluded.signature_sha1,
    signature_sha256 = excluded.signature_sha256, verified = excluded.verified`;

/** Replaces what was stored about this certificate. */
export function putResponse(tx: Transaction, authorityId: number, response: ResponseRow): void {
  const { certStatus, signatures } = response;
  const revoked = certStatus.status === 'revoked';
  tx.run(
    UPSERT,
    authorityId,
    response.place,
    response.serialNumber,
    response.batchId,
    revoked ? certStatus.revocationReason : 0,
    revoked ? certStatus.revocationTime : 0,
    signatures.sha1,
    signatures.sha256,
    response.verified ? 1 : 0,
  );
}

/** Verified or not, in order of place and serial number. */
export function responsesOfShard(
  db: Reader,
  authorityId: number,
  shardBits: number,
  shardIndex: number,
): readonly ResponseRow[] {
  const width = 2 ** (PLACE_BITS - shardBits);
  return db
    .all(
      'SELECT * FROM ocsp_response WHERE authority_id = ? AND place >= ? AND place < ?',
      authorityId,
      shardIndex * width,
      (shardIndex + 1) * width,
    )
    .map(responseFromRow);
}

export function setVerified(tx: Transaction, authorityId: number, response: ResponseRow): void {
  tx.run(
    'UPDATE ocsp_response SET verified = 1 WHERE authority_id = ? AND place = ? AND serial = ? AND batch_id = ?',
    authorityId,
    response.place,
    response.serialNumber,
    response.batchId,
  );
}

/** The end of the answer that runs out first. */
export function earliestNextUpdate(db: Reader, authorityId: number): UnixSeconds | null {
  const row = db.get(
    `SELECT min(next_update) AS earliest FROM ocsp_batch b WHERE authority_id = ?
       AND EXISTS (SELECT 1 FROM ocsp_response r WHERE r.batch_id = b.id)`,
    authorityId,
  );
  return row ? nullableColumn(row, 'earliest', timeColumn) : null;
}

/** Batches that no response refers to any more. */
export function deleteEmptyBatches(tx: Transaction, authorityId: number): number {
  return tx.run(
    `DELETE FROM ocsp_batch WHERE authority_id = ?
       AND NOT EXISTS (SELECT 1 FROM ocsp_response r WHERE r.batch_id = ocsp_batch.id)`,
    authorityId,
  ).changes;
}

export function countResponses(db: Reader, authorityId: number): number {
  const row = db.get('SELECT count(*) AS n FROM ocsp_response WHERE authority_id = ?', authorityId);
  return row ? integerColumn(row, 'n') : 0;
}
