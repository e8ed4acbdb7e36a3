import { CRL_REASONS, crlReasonName } from '../../shared/policy/crl-reasons.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberFromText, serialNumberText } from '../../shared/serial-number.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import { authorityById } from '../database/authority-table.ts';
import { type CertificateRow, issuedBySerial } from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import { findRevocation, insertRevocation, type Revocation } from '../database/revocation-table.ts';
import { markUnsettled } from '../database/unsettled-table.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { RevokeCertificateInput } from '../operations/operations.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';

/** The one issued certificate that a serial number, and an authority where it takes one, names. */
export function findIssued(
  db: Reader,
  text: string,
  authority: string | undefined,
): Result<CertificateRow, OperationError> {
  const serialNumber = serialNumberFromText(text);
  if (!serialNumber.ok) return err({ code: 'serial-number-malformed', serialNumber: text });
  const nameOf = (row: CertificateRow) => authorityById(db, row.authorityId)?.name ?? '';
  const rows = issuedBySerial(db, serialNumber.value).filter(
    (row) => authority === undefined || nameOf(row) === authority,
  );
  const [row, another] = rows;
  if (!row)
    return err({ code: 'certificate-unknown', serialNumber: serialNumberText(serialNumber.value) });
  if (another) {
    const shown = serialNumberText(serialNumber.value);
    return err({
      code: 'certificate-ambiguous',
      serialNumber: shown,
      authorities: rows.map(nameOf),
    });
  }
  return ok(row);
}

export interface RecordedRevocation extends Revocation {
  readonly certificate: CertificateRow;
}

/**
 * CP 4.9: records the revocation. When this returns it is durable and will be published, whatever
 * happens next; there is no way back (CP 4.9.13).
 */
export function revokeCertificate(
  context: SignerContext,
  input: RevokeCertificateInput,
  actor: string,
): Result<RecordedRevocation, OperationError> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const certificate = findIssued(context.db, input.serialNumber, input.authority);
  if (!certificate.ok) return certificate;
  const before = findRevocation(context.db, certificate.value.id);
  if (before) {
    return err({
      code: 'already-revoked',
      serialNumber: serialNumberText(certificate.value.serialNumber),
      revocationDate: isoText(before.revocationDate),
      reason: crlReasonName(before.reason),
    });
  }
  const revocationDate = checkDate(input, certificate.value, now.value);
  if (!revocationDate.ok) return revocationDate;
  const revocation = {
    revocationDate: revocationDate.value,
    reason: CRL_REASONS[input.reason],
    recordedAt: now.value,
  };
  context.audit.append({
    type: 'revocation',
    authority: authorityById(context.db, certificate.value.authorityId)?.name ?? '',
    serialNumber: serialNumberText(certificate.value.serialNumber),
    reason: input.reason,
    revocationDate: isoText(revocation.revocationDate),
    actor,
  });
  context.checkpoint('revoke: audited');
  context.db.transaction((tx) => {
    insertRevocation(tx, certificate.value, revocation, actor);
    markUnsettled(tx, certificate.value.authorityId, certificate.value.id);
    rememberTime(tx, now.value);
  });
  context.checkpoint('revoke: recorded');
  return ok({ ...revocation, certificate: certificate.value });
}

/** CRL-14, RSP-23: never in the future; before now only for a compromised key (CSBR 4.9.6). */
function checkDate(
  input: RevokeCertificateInput,
  certificate: CertificateRow,
  now: UnixSeconds,
): Result<UnixSeconds, OperationError> {
  const refuse = (reason: string) => err({ code: 'revocation-date-refused', reason } as const);
  const { revocationDate, reason } = input;
  if (revocationDate === undefined) return ok(now);
  if (revocationDate > now) return refuse('it lies in the future');
  if (revocationDate < certificate.notBefore)
    return refuse('it lies before notBefore of the certificate');
  if (reason !== 'keyCompromise')
    return refuse('only keyCompromise may be dated back (CSBR 4.9.6)');
  return ok(revocationDate);
}
