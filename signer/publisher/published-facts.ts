import { hexFromBytes } from '../../shared/bytes.ts';
import type { CertStatus } from '../../shared/ocsp/response.ts';
import { serialColumn } from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import { factualStatus } from '../database/unsettled-table.ts';

/**
 * What the database says of every issued certificate whose place is in the range, by serial number
 * (hexadecimal contents): the truth that a shard must repeat. Facts that wait for their signatures
 * are told as they were settled last, because their epoch is the next one.
 */
export function factsOfRange(
  db: Reader,
  authorityId: number,
  from: number,
  to: number,
): ReadonlyMap<string, CertStatus> {
  const rows = db.all(
    `SELECT c.serial, v.revocation_date, v.reason
     FROM ocsp_response r
     JOIN certificate c ON c.authority_id = r.authority_id AND c.serial = r.serial AND c.state = 'issued'
     LEFT JOIN revocation v ON v.certificate_id = c.id
       AND NOT EXISTS (SELECT 1 FROM unsettled u WHERE u.certificate_id = c.id)
     WHERE r.authority_id = ? AND r.place >= ? AND r.place < ?`,
    authorityId,
    from,
    to,
  );
  return new Map(
    rows.map((row) => [hexFromBytes(serialColumn(row, 'serial')), factualStatus(row)]),
  );
}
