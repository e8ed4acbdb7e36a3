import { BugError, must } from '../../shared/result.ts';
import { type SerialNumber, serialNumberFromContents } from '../../shared/serial-number.ts';
import { placeOf } from '../../shared/snapshot/directory.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { PLACE_BITS } from './outbox-table.ts';
import { blobColumn, integerColumn, nullableColumn, textColumn, timeColumn } from './row.ts';

export interface CertificateRow {
  readonly id: number;
  readonly authorityId: number;
  readonly serialNumber: SerialNumber;
  readonly state: 'reserved' | 'issued' | 'abandoned';
  readonly profile: string;
  readonly subject: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  readonly der: Uint8Array | null;
  readonly requestId: number | null;
  /** What whoever issued it stated; empty for certificates from before it was recorded. */
  readonly confirmations: readonly string[];
  /** null: its private key is not recorded as removed (CSBR 6.3.2). */
  readonly keyRemovedAt: UnixSeconds | null;
}

export function serialColumn(row: Row, name: string): SerialNumber {
  return must(serialNumberFromContents(blobColumn(row, name)), 'serial number in the database');
}

function stateColumn(row: Row): CertificateRow['state'] {
  const state = textColumn(row, 'state');
  return state === 'issued' || state === 'abandoned' ? state : 'reserved';
}

export function certificateFromRow(row: Row): CertificateRow {
  return {
    id: integerColumn(row, 'id'),
    authorityId: integerColumn(row, 'authority_id'),
    serialNumber: serialColumn(row, 'serial'),
    state: stateColumn(row),
    profile: textColumn(row, 'profile'),
    subject: blobColumn(row, 'subject'),
    notBefore: timeColumn(row, 'not_before'),
    notAfter: timeColumn(row, 'not_after'),
    der: nullableColumn(row, 'der', blobColumn),
    requestId: nullableColumn(row, 'request_id', integerColumn),
    confirmations: JSON.parse(textColumn(row, 'confirmations')),
    keyRemovedAt: nullableColumn(row, 'key_removed_at', timeColumn),
  };
}

export interface Reservation {
  readonly authorityId: number;
  readonly serialNumber: SerialNumber;
  readonly profile: string;
  readonly subject: Uint8Array;
  readonly spkiSha256: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  readonly requestId: number | null;
  readonly confirmations?: readonly string[];
}

/** The intent, on record before the key is asked (CP 4.9.10: every assigned serial is known). */
export function reserveCertificate(
  tx: Transaction,
  reservation: Reservation,
  reservedAt: UnixSeconds,
): number {
  const { authorityId, serialNumber, profile, subject, spkiSha256, notBefore, notAfter } =
    reservation;
  return tx.run(
    `INSERT INTO certificate (authority_id, serial, place, state, profile, subject, spki_sha256, not_before, not_after,
       request_id, reserved_at, subject_key, confirmations)
     VALUES (?1, ?2, ?3, 'reserved', ?4, ?5, ?6, ?7, ?8, ?9, ?10, name_key(?5), ?11)`,
    authorityId,
    serialNumber,
    placeOf(serialNumber, PLACE_BITS),
    profile,
    subject,
    spkiSha256,
    notBefore,
    notAfter,
    reservation.requestId,
    reservedAt,
    JSON.stringify(reservation.confirmations ?? []),
  ).id;
}

export function setCertificateIssued(tx: Transaction, id: number, der: Uint8Array): void {
  tx.run(
    "UPDATE certificate SET state = 'issued', der = ? WHERE id = ? AND state = 'reserved'",
    der,
    id,
  );
}

/** What was reserved and got no signature, so that its key may be asked for again. */
export function abandonReservation(tx: Transaction, id: number): void {
  tx.run("UPDATE certificate SET state = 'abandoned' WHERE id = ? AND state = 'reserved'", id);
}

/**
 * After a restart: what was reserved and never signed stays on record and is never good. What an open
 * ceremony reserved is still out to be signed.
 */
export function abandonReservations(tx: Transaction): number {
  return tx.run(
    `UPDATE certificate SET state = 'abandoned' WHERE state = 'reserved' AND NOT EXISTS
       (SELECT 1 FROM ceremony_item i JOIN ceremony k ON k.id = i.ceremony_id
        WHERE i.certificate_id = certificate.id AND k.state = 'open')`,
  ).changes;
}

/**
 * Issued or about to be, by this authority, whose subject has this key (`nameKey`). What the open
 * ceremony `superseding` reserved does not count: it is given up in the same step.
 */
export function certificatesOfSubject(
  db: Reader,
  authorityId: number,
  subjectKey: string,
  superseding: number | null = null,
): readonly CertificateRow[] {
  return db
    .all(
      `SELECT * FROM certificate WHERE authority_id = ?1 AND subject_key = ?2 AND state <> 'abandoned'
         AND NOT (state = 'reserved' AND EXISTS (SELECT 1 FROM ceremony_item i
           WHERE i.ceremony_id = ?3 AND i.certificate_id = certificate.id))
       ORDER BY id`,
      authorityId,
      subjectKey,
      superseding,
    )
    .map(certificateFromRow);
}

export function certificateById(db: Reader, id: number): CertificateRow | undefined {
  const row = db.get('SELECT * FROM certificate WHERE id = ?', id);
  return row && certificateFromRow(row);
}

/** Issued certificates of this serial number, of any authority; serial numbers are unique per issuer only. */
export function issuedBySerial(db: Reader, serialNumber: SerialNumber): readonly CertificateRow[] {
  return db
    .all(
      `SELECT * FROM certificate WHERE authority_id IN (SELECT id FROM authority) AND serial = ?
         AND state = 'issued'`,
      serialNumber,
    )
    .map(certificateFromRow);
}

export interface CertificateFilter {
  readonly authorityId: number | null;
  readonly revoked: boolean | null;
  /** id after which the page begins. */
  readonly afterId: number;
  readonly limit: number;
}

export function listIssued(db: Reader, filter: CertificateFilter): readonly CertificateRow[] {
  const revoked = filter.revoked === null ? null : Number(filter.revoked);
  return db
    .all(
      `SELECT c.* FROM certificate c LEFT JOIN revocation r ON r.certificate_id = c.id
       WHERE c.state = 'issued' AND c.id > ?1 AND (?2 IS NULL OR c.authority_id = ?2)
         AND (?3 IS NULL OR (r.certificate_id IS NOT NULL) = ?3)
       ORDER BY c.id LIMIT ?4`,
      filter.afterId,
      filter.authorityId,
      revoked,
      filter.limit,
    )
    .map(certificateFromRow);
}

export function insertCertificationRequest(
  tx: Transaction,
  request: {
    readonly der: Uint8Array;
    readonly sha256: Uint8Array;
    readonly spkiSha256: Uint8Array;
  },
  receivedAt: UnixSeconds,
): number {
  const { der, sha256, spkiSha256 } = request;
  return tx.run(
    'INSERT INTO certification_request (sha256, spki_sha256, der, received_at) VALUES (?, ?, ?, ?)',
    sha256,
    spkiSha256,
    der,
    receivedAt,
  ).id;
}

export interface RequestRow {
  readonly der: Uint8Array;
  readonly sha256: Uint8Array;
  readonly spkiSha256: Uint8Array;
}

/** A request that an application or a certificate names: it is there. */
export function requestById(db: Reader, id: number): RequestRow {
  const row = db.get('SELECT * FROM certification_request WHERE id = ?', id);
  if (!row) throw new BugError(`no certification request ${id}`);
  return {
    der: blobColumn(row, 'der'),
    sha256: blobColumn(row, 'sha256'),
    spkiSha256: blobColumn(row, 'spki_sha256'),
  };
}

export function countIssued(db: Reader): { readonly good: number; readonly revoked: number } {
  const all = db.get("SELECT count(*) AS n FROM certificate WHERE state = 'issued'");
  const revoked = db.get('SELECT count(*) AS n FROM revocation');
  const n = (row: Row | undefined) => (row ? integerColumn(row, 'n') : 0);
  return { good: n(all) - n(revoked), revoked: n(revoked) };
}
