import { BugError } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { blobColumn, integerColumn, nullableColumn, textColumn, timeColumn } from './row.ts';

const STATES = ['open', 'signed', 'imported', 'expired', 'cancelled'] as const;
export type CeremonyState = (typeof STATES)[number];

/** One request to an offline key, from its export to its end. */
export interface CeremonyRow {
  readonly id: number;
  readonly bundleId: string;
  readonly kind: 'root' | 'signing';
  readonly authorityId: number;
  readonly state: CeremonyState;
  /** SHA-256 of the request's canonical text. */
  readonly requestSha256: Uint8Array;
  readonly reason: string;
  readonly requestedBy: string;
  readonly createdAt: UnixSeconds;
  readonly expiresAt: UnixSeconds;
  /** The file that came back. */
  readonly answer: string | null;
  readonly answeredBy: string | null;
  readonly signedAt: UnixSeconds | null;
  readonly endedAt: UnixSeconds | null;
  readonly supersededBy: number | null;
}

const COLUMNS = `id, bundle_id, kind, authority_id, state, request_sha256, reason, requested_by, created_at,
  expires_at, answer, answered_by, signed_at, ended_at, superseded_by`;

function ceremonyFromRow(row: Row): CeremonyRow {
  const state = STATES.find((known) => known === textColumn(row, 'state'));
  if (!state) throw new BugError('a ceremony in no known state');
  return {
    id: integerColumn(row, 'id'),
    bundleId: textColumn(row, 'bundle_id'),
    kind: textColumn(row, 'kind') === 'root' ? 'root' : 'signing',
    authorityId: integerColumn(row, 'authority_id'),
    state,
    requestSha256: blobColumn(row, 'request_sha256'),
    reason: textColumn(row, 'reason'),
    requestedBy: textColumn(row, 'requested_by'),
    createdAt: timeColumn(row, 'created_at'),
    expiresAt: timeColumn(row, 'expires_at'),
    answer: nullableColumn(row, 'answer', textColumn),
    answeredBy: nullableColumn(row, 'answered_by', textColumn),
    signedAt: nullableColumn(row, 'signed_at', timeColumn),
    endedAt: nullableColumn(row, 'ended_at', timeColumn),
    supersededBy: nullableColumn(row, 'superseded_by', integerColumn),
  };
}

export function insertCeremony(
  tx: Transaction,
  ceremony: Pick<
    CeremonyRow,
    | 'bundleId'
    | 'kind'
    | 'authorityId'
    | 'state'
    | 'requestSha256'
    | 'reason'
    | 'requestedBy'
    | 'createdAt'
    | 'expiresAt'
  > & { readonly request: string },
): number {
  return tx.run(
    `INSERT INTO ceremony (bundle_id, kind, authority_id, state, request, request_sha256, reason, requested_by,
       created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ceremony.bundleId,
    ceremony.kind,
    ceremony.authorityId,
    ceremony.state,
    ceremony.request,
    ceremony.requestSha256,
    ceremony.reason,
    ceremony.requestedBy,
    ceremony.createdAt,
    ceremony.expiresAt,
  ).id;
}

export function ceremonyByBundle(db: Reader, bundleId: string): CeremonyRow | undefined {
  const row = db.get(`SELECT ${COLUMNS} FROM ceremony WHERE bundle_id = ?`, bundleId);
  return row && ceremonyFromRow(row);
}

export function ceremonyById(db: Reader, id: number): CeremonyRow | undefined {
  const row = db.get(`SELECT ${COLUMNS} FROM ceremony WHERE id = ?`, id);
  return row && ceremonyFromRow(row);
}

/** The canonical text that the bundle of this ceremony carries. */
export function requestText(db: Reader, id: number): string {
  const row = db.get('SELECT request FROM ceremony WHERE id = ?', id);
  return row ? textColumn(row, 'request') : '';
}

/** The one ceremony of this authority that has not ended. */
export function pendingCeremony(db: Reader, authorityId: number): CeremonyRow | undefined {
  const row = db.get(
    `SELECT ${COLUMNS} FROM ceremony WHERE authority_id = ? AND state IN ('open', 'signed')`,
    authorityId,
  );
  return row && ceremonyFromRow(row);
}

/** Newest first. */
export function listCeremonies(db: Reader, limit: number): readonly CeremonyRow[] {
  return db
    .all(`SELECT ${COLUMNS} FROM ceremony ORDER BY id DESC LIMIT ?`, limit)
    .map(ceremonyFromRow);
}

/** Open ceremonies that nobody may answer any more. */
export function outdatedCeremonies(db: Reader, now: UnixSeconds): readonly CeremonyRow[] {
  return db
    .all(`SELECT ${COLUMNS} FROM ceremony WHERE state = 'open' AND expires_at < ?`, now)
    .map(ceremonyFromRow);
}

/** Open ceremonies that are to certify a sub-CA or a subscriber: more than the CA's own responder. */
export function openCertifications(db: Reader): readonly CeremonyRow[] {
  return db
    .all(
      `SELECT ${COLUMNS} FROM ceremony WHERE state = 'open' AND EXISTS (SELECT 1 FROM ceremony_item i
         JOIN certificate c ON c.id = i.certificate_id
         WHERE i.ceremony_id = ceremony.id AND (i.subject_authority_id IS NOT NULL OR c.request_id IS NOT NULL))`,
    )
    .map(ceremonyFromRow);
}

/** Signatures are on record: from here on they are used whatever happens. */
export function setCeremonySigned(
  tx: Transaction,
  id: number,
  signed: { readonly answer: string; readonly answeredBy: string; readonly signedAt: UnixSeconds },
): void {
  tx.run(
    "UPDATE ceremony SET state = 'signed', answer = ?, answered_by = ?, signed_at = ? WHERE id = ? AND state = 'open'",
    signed.answer,
    signed.answeredBy,
    signed.signedAt,
    id,
  );
}

export function endCeremony(
  tx: Transaction,
  id: number,
  state: 'imported' | 'expired' | 'cancelled',
  endedAt: UnixSeconds,
): void {
  tx.run(
    "UPDATE ceremony SET state = ?, ended_at = ? WHERE id = ? AND state IN ('open', 'signed')",
    state,
    endedAt,
    id,
  );
}

export function setSuperseded(tx: Transaction, id: number, by: number): void {
  tx.run('UPDATE ceremony SET superseded_by = ? WHERE id = ?', by, id);
}

/** Serial numbers that an ended ceremony had reserved: on record, never good. */
export function abandonCeremonyReservations(tx: Transaction, ceremonyId: number): void {
  tx.run(
    `UPDATE certificate SET state = 'abandoned' WHERE state = 'reserved'
       AND id IN (SELECT certificate_id FROM ceremony_item WHERE ceremony_id = ?)`,
    ceremonyId,
  );
}
