import type { UnixSeconds } from '../../shared/time.ts';
import { type CertificateRow, certificateFromRow } from './certificate-table.ts';
import type { Reader } from './database.ts';
import { integerColumn } from './row.ts';

/** This authority and all that it certified, and so on down. */
export function authoritiesFrom(db: Reader, authorityId: number): readonly number[] {
  return db
    .all(
      `WITH RECURSIVE below (id) AS (SELECT ? UNION SELECT a.id FROM authority a JOIN below b ON a.issuer_id = b.id)
       SELECT id FROM below ORDER BY id`,
      authorityId,
    )
    .map((row) => integerColumn(row, 'id'));
}

/** Issued by this authority, not expired, not revoked, and no OCSP responder (it goes on answering, RSP-16). */
const LIVE = `FROM certificate c WHERE c.authority_id = ?1 AND c.state = 'issued' AND c.not_after >= ?2
  AND NOT EXISTS (SELECT 1 FROM revocation v WHERE v.certificate_id = c.id)
  AND NOT EXISTS (SELECT 1 FROM responder p WHERE p.certificate_id = c.id)`;

export function liveCertificates(
  db: Reader,
  authorityId: number,
  now: UnixSeconds,
  page: { readonly afterId: number; readonly limit: number },
): readonly CertificateRow[] {
  return db
    .all(
      `SELECT c.* ${LIVE} AND c.id > ?3 ORDER BY c.id LIMIT ?4`,
      authorityId,
      now,
      page.afterId,
      page.limit,
    )
    .map(certificateFromRow);
}

export function countLive(db: Reader, authorityId: number, now: UnixSeconds): number {
  const row = db.get(`SELECT count(*) AS n ${LIVE}`, authorityId, now);
  return row ? integerColumn(row, 'n') : 0;
}

/** A serial number that is assigned and has no certificate yet: one may still come of it. */
export function hasReservation(
  db: Reader,
  authorityId: number,
  exceptProfile: string | undefined,
): boolean {
  const row = db.get(
    `SELECT 1 FROM certificate WHERE authority_id = ? AND state = 'reserved' AND profile IS NOT ? LIMIT 1`,
    authorityId,
    exceptProfile ?? null,
  );
  return row !== undefined;
}
