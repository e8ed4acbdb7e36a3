import { hexFromBytes } from '../../shared/bytes.ts';
import type { CertStatus } from '../../shared/ocsp/response.ts';
import { serialColumn } from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import { factualStatus } from '../database/unsettled-table.ts';

/**
 * What the database says of every issued certificate whose place is in the range, by serial number
 * (hexadecimal contents): the truth that a shard must repeat. Facts that wait for their signatures
 * are told as they were settled last, because their epoch is the next one; a certificate that was
 * never settled is not among them yet.
 */
export function factsOfRange(
  db: Reader,
  authorityId: number,
  from: number,
  to: number,
): ReadonlyMap<string, CertStatus> {
  const rows = db.all(
    `SELECT c.serial, v.revocation_date, v.reason
     FROM certificate c
     LEFT JOIN revocation v ON v.certificate_id = c.id
       AND NOT EXISTS (SELECT 1 FROM unsettled u WHERE u.certificate_id = c.id)
     WHERE c.authority_id = ? AND c.place >= ? AND c.place < ? AND c.state = 'issued'
       AND (NOT EXISTS (SELECT 1 FROM unsettled u WHERE u.certificate_id = c.id)
         OR EXISTS (SELECT 1 FROM ocsp_response r
           WHERE r.authority_id = c.authority_id AND r.place = c.place AND r.serial = c.serial))`,
    authorityId,
    from,
    to,
  );
  return new Map(
    rows.map((row) => [hexFromBytes(serialColumn(row, 'serial')), factualStatus(row)]),
  );
}
