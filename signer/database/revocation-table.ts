import { type CRLReason, crlReasonFromNumber } from '../../shared/policy/crl-reasons.ts';
import { BugError } from '../../shared/result.ts';
import type { SerialNumber } from '../../shared/serial-number.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { serialColumn } from './certificate-table.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { integerColumn, timeColumn } from './row.ts';

export interface Revocation {
  readonly revocationDate: UnixSeconds;
  readonly reason: CRLReason;
  readonly recordedAt: UnixSeconds;
}

/** What a CRL entry and an OCSP status both say (RSP-24). */
export interface RevokedCertificate extends Revocation {
  readonly serialNumber: SerialNumber;
}

export function reasonColumn(row: Row, name: string): CRLReason {
  const reason = crlReasonFromNumber(integerColumn(row, name));
  if (reason === undefined) throw new BugError(`${name} in the database is no reason of CP 7.2.2`);
  return reason;
}

function revocationFromRow(row: Row): Revocation {
  return {
    revocationDate: timeColumn(row, 'revocation_date'),
    reason: reasonColumn(row, 'reason'),
    recordedAt: timeColumn(row, 'recorded_at'),
  };
}

export function findRevocation(db: Reader, certificateId: number): Revocation | undefined {
  const row = db.get('SELECT * FROM revocation WHERE certificate_id = ?', certificateId);
  return row && revocationFromRow(row);
}

export function insertRevocation(
  tx: Transaction,
  certificate: { readonly id: number; readonly authorityId: number },
  revocation: Revocation,
  recordedBy: string,
): void {
  tx.run(
    `INSERT INTO revocation (certificate_id, authority_id, revocation_date, reason, recorded_at, recorded_by)
     VALUES (?, ?, ?, ?, ?, ?)`,
    certificate.id,
    certificate.authorityId,
    revocation.revocationDate,
    revocation.reason,
    revocation.recordedAt,
    recordedBy,
  );
}

const IS_OFFLINE = `EXISTS (SELECT 1 FROM authority a WHERE a.id = r.authority_id AND a.custody = 'offline')`;

/** It is on a CRL that came back from a ceremony. */
const IS_IMPORTED = `EXISTS (SELECT 1 FROM ceremony_revocation b JOIN ceremony k ON k.id = b.ceremony_id
  WHERE b.certificate_id = r.certificate_id AND k.state = 'imported')`;

/**
 * The revocations of an authority in the order of its certificates; streamed, for CRLs of any length.
 * Facts that wait beyond `settledUpTo` are left out: their OCSP responses are not signed yet, and CRL
 * and OCSP change in one epoch (RSP-24). So are certificates that ended before `keptSince` (CRL-15).
 * What went on a CRL when no response could be signed stays there while its responses are signed, as
 * does what a ceremony brought.
 */
export function* revokedCertificates(
  db: Reader,
  authorityId: number,
  settledUpTo: number,
  keptSince: UnixSeconds,
): Generator<RevokedCertificate> {
  const rows = db.each(
    `SELECT c.serial, r.* FROM revocation r JOIN certificate c ON c.id = r.certificate_id
     WHERE r.authority_id = ? AND c.not_after >= ?
       AND (NOT EXISTS (SELECT 1 FROM unsettled u WHERE u.certificate_id = c.id AND u.id > ?)
         OR (c.withdrawn_why = 'no-responder' AND c.withdrawn_at >= r.recorded_at AND NOT ${IS_OFFLINE})
         OR ${IS_IMPORTED})
     ORDER BY r.certificate_id`,
    authorityId,
    keptSince,
    settledUpTo,
  );
  for (const row of rows)
    yield { serialNumber: serialColumn(row, 'serial'), ...revocationFromRow(row) };
}

/** Revoked certificates that ended before this. */
export function countRevokedBefore(
  db: Reader,
  authorityId: number,
  keptSince: UnixSeconds,
): number {
  const row = db.get(
    `SELECT count(*) AS n FROM revocation r JOIN certificate c ON c.id = r.certificate_id
     WHERE r.authority_id = ? AND c.not_after < ?`,
    authorityId,
    keptSince,
  );
  return row ? integerColumn(row, 'n') : 0;
}

/** Whether a certificate of this key was revoked. */
export function isKeyRevoked(db: Reader, spkiSha256: Uint8Array): boolean {
  const row = db.get(
    `SELECT 1 FROM certificate c JOIN revocation r ON r.certificate_id = c.id
     WHERE c.spki_sha256 = ? AND c.state <> 'abandoned'`,
    spkiSha256,
  );
  return row !== undefined;
}

export function countRevocations(db: Reader, authorityId: number): number {
  const row = db.get('SELECT count(*) AS n FROM revocation WHERE authority_id = ?', authorityId);
  return row ? integerColumn(row, 'n') : 0;
}
