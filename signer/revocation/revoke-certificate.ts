import { CRL_REASONS, crlReasonName } from '../../shared/policy/crl-reasons.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberFromText, serialNumberText } from '../../shared/serial-number.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import { authorityById } from '../database/authority-table.ts';
import { type CertificateRow, issuedBySerial } from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import { insertEvent } from '../database/revocation-event-table.ts';
import { insertRequest, type RequestRow } from '../database/revocation-request-table.ts';
import { findRevocation, type Revocation } from '../database/revocation-table.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { RevokeCertificateInput } from '../operations/operations.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import { recordRevocation } from './record-revocation.ts';

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
  /** Its number in the register. */
  readonly request: number;
}

/**
 * CP 4.9 in an emergency: records the revocation at once, without anybody's approval, and with it a
 * request of its own, so that nothing is outside the register. When this returns both are durable and
 * the revocation will be published, whatever happens next; there is no way back (CP 4.9.13).
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
  const revocation = revocationOf(context.db, certificate.value, input, now.value);
  if (!revocation.ok) return revocation;
  const request = revokeWithRequest(
    context,
    certificate.value,
    revocation.value,
    emergencyRequest(certificate.value, revocation.value, input.description, actor),
    [{ step: 'execute', at: now.value, person: actor, note: null, verification: null }],
    actor,
  );
  return ok({ ...revocation.value, certificate: certificate.value, request });
}

/**
 * A request that comes into the register together with its revocation, and what happened with it up to
 * its execution; answers its number. One transaction: there is no moment with one and not the other.
 */
export function revokeWithRequest(
  context: SignerContext,
  certificate: CertificateRow,
  revocation: Revocation,
  request: Omit<RequestRow, 'number'>,
  steps: readonly Parameters<typeof insertEvent>[2][],
  actor: string,
): number {
  auditRevocation(context, certificate, revocation, actor);
  context.checkpoint('revoke: audited');
  const number = context.db.transaction((tx) => {
    const inserted = insertRequest(tx, request);
    recordRevocation(tx, certificate, revocation, { request: inserted, person: actor });
    for (const step of steps) insertEvent(tx, inserted, step);
    rememberTime(tx, revocation.recordedAt);
    return inserted;
  });
  context.checkpoint('revoke: recorded');
  return number;
}

function emergencyRequest(
  certificate: CertificateRow,
  revocation: Revocation,
  description: string | undefined,
  actor: string,
): Omit<RequestRow, 'number'> {
  return {
    origin: 'emergency',
    target: 'certificate',
    authorityId: certificate.authorityId,
    certificateId: certificate.id,
    reason: revocation.reason,
    revocationDate: revocation.revocationDate,
    ground: null,
    requestedBy: actor,
    channel: 'direct',
    verification: 'the client certificate of the operator',
    description: description ?? 'revoked at once, without a request',
    evidence: null,
    receivedAt: revocation.recordedAt,
    wantedAt: null,
    recordedAt: revocation.recordedAt,
    recordedBy: actor,
    recordedByKey: null,
  };
}

/** The fact that would be recorded now; refused when it is one already, or its date is not allowed. */
export function revocationOf(
  db: Reader,
  certificate: CertificateRow,
  asked: Pick<RevokeCertificateInput, 'reason' | 'revocationDate'>,
  now: UnixSeconds,
): Result<Revocation, OperationError> {
  const before = findRevocation(db, certificate.id);
  if (before) {
    return err({
      code: 'already-revoked',
      serialNumber: serialNumberText(certificate.serialNumber),
      revocationDate: isoText(before.revocationDate),
      reason: crlReasonName(before.reason),
    });
  }
  const revocationDate = checkDate(asked, certificate, now);
  if (!revocationDate.ok) return revocationDate;
  return ok({
    revocationDate: revocationDate.value,
    reason: CRL_REASONS[asked.reason],
    recordedAt: now,
  });
}

/** CP 5.4: on disk before the fact is. */
export function auditRevocation(
  { audit, db }: SignerContext,
  certificate: CertificateRow,
  revocation: Revocation,
  actor: string,
): void {
  audit.append({
    type: 'revocation',
    authority: authorityById(db, certificate.authorityId)?.name ?? '',
    serialNumber: serialNumberText(certificate.serialNumber),
    reason: crlReasonName(revocation.reason),
    revocationDate: isoText(revocation.revocationDate),
    actor,
  });
}

/** CRL-14, RSP-23: never in the future; before now only for a compromised key (CSBR 4.9.6). */
function checkDate(
  { revocationDate, reason }: Pick<RevokeCertificateInput, 'reason' | 'revocationDate'>,
  certificate: CertificateRow,
  now: UnixSeconds,
): Result<UnixSeconds, OperationError> {
  const refuse = (why: string) => err({ code: 'revocation-date-refused', reason: why } as const);
  if (revocationDate === undefined) return ok(now);
  if (revocationDate > now) return refuse('it lies in the future');
  if (revocationDate < certificate.notBefore)
    return refuse('it lies before notBefore of the certificate');
  if (reason !== 'keyCompromise')
    return refuse('only keyCompromise may be dated back (CSBR 4.9.6)');
  return ok(revocationDate);
}
