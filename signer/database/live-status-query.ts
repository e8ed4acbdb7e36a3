import type { CertStatus } from '../../shared/ocsp/response.ts';
import { crlReasonFromNumber } from '../../shared/policy/crl-reasons.ts';
import { BugError } from '../../shared/result.ts';
import type { SerialNumber } from '../../shared/serial-number.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader } from './database.ts';
import { integerColumn, timeColumn } from './row.ts';

/**
 * What a live answer says of a certificate: issued, not expired, and no revocation of it waits for its
 * CRL, because CRL and OCSP tell it together (RSP-24). undefined: no live answer.
 */
export function liveStatus(
  db: Reader,
  authorityId: number,
  serialNumber: SerialNumber,
  now: UnixSeconds,
): CertStatus | undefined {
  const row = db.get(
    `SELECT v.reason, v.revocation_date,
       EXISTS (SELECT 1 FROM unsettled u WHERE u.certificate_id = c.id) AS unsettled
     FROM certificate c LEFT JOIN revocation v ON v.certificate_id = c.id
     WHERE c.authority_id = ? AND c.serial = ? AND c.state = 'issued'
       AND c.not_before <= ? AND c.not_after > ?`,
    authorityId,
    serialNumber,
    now,
    now,
  );
  if (!row) return undefined;
  if (row['reason'] === null) return { status: 'good' };
  if (integerColumn(row, 'unsettled') !== 0) return undefined;
  const revocationReason = crlReasonFromNumber(integerColumn(row, 'reason'));
  if (!revocationReason) throw new BugError('a reason in the database is none of CP 7.2.2');
  const revocationTime = timeColumn(row, 'revocation_date');
  return { status: 'revoked', revocationTime, revocationReason };
}
