import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { findAuthority } from '../database/authority-table.ts';
import { setCertificateIssued } from '../database/certificate-table.ts';
import type { Transaction } from '../database/database.ts';
import { markUnsettled } from '../database/unsettled-table.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { IssueCertificateInput } from '../operations/operations.ts';
import { rememberTime, type SignerContext } from '../signer-context.ts';
import { tbsSha256Of } from '../signing/signed-der.ts';
import type { VerifiedRequest } from './certification-request.ts';
import { certify } from './certify.ts';
import { checkRegister, type PreparedIssuance, prepareIssuance } from './prepare-issuance.ts';

export interface IssuedCertificate {
  readonly certificateId: number;
  readonly authorityId: number;
  readonly request: VerifiedRequest;
}

/** The application under which a certificate is issued. */
export interface IssuanceApplication {
  readonly id: number;
  /** Whether it may still be issued, in the moment of the reservation. */
  readonly check: () => Result<true, OperationError>;
  /** Writes its event, in the transaction of the issuance. */
  readonly record: (tx: Transaction, certificateId: number) => void;
}

/**
 * CP 4.3.1: a certificate for the key of a PKCS#10 request, by an explicit command. Nothing that the
 * request asks for is taken over but its key and, when the operator names no other, its subject.
 * Refused where the policy issues under an approved application only, and where the key is offline.
 */
export async function issueCertificate(
  context: SignerContext,
  input: IssueCertificateInput,
  actor: string,
): Promise<Result<IssuedCertificate, OperationError>> {
  const { authority } = input;
  const applications = context.policy.authorities.get(authority)?.applications;
  if (applications?.value === 'required')
    return err({ code: 'application-required', authority, source: applications.source });
  if (findAuthority(context.db, authority)?.custody === 'offline')
    return err({ code: 'ceremony-needed', authority, application: null, ceremony: null });
  const prepared = await prepareIssuance(context, input);
  return prepared.ok ? issuePrepared(context, prepared.value, actor, null) : prepared;
}

/** Signs and records it; `application` is null where the policy asks for none. */
export async function issuePrepared(
  context: SignerContext,
  prepared: PreparedIssuance,
  actor: string,
  application: IssuanceApplication | null,
): Promise<Result<IssuedCertificate, OperationError>> {
  const { authority, profile, request, now } = prepared;
  context.checkpoint('issue: request recorded');
  const certified = await certify(context, {
    issuer: authority.row,
    active: authority,
    profile,
    subject: prepared.subject,
    spki: request.spki,
    requestId: prepared.requestId,
    subjectAltNames: prepared.subjectAltNames,
    leaveOut: prepared.leaveOut,
    confirmations: prepared.confirmations,
    // CRT-8: of two that ask at once for one subject the second finds it taken.
    lastCheck: () => {
      const free = checkRegister(context, prepared);
      return free.ok && application ? application.check() : free;
    },
    now,
  });
  if (!certified.ok) return certified;
  const { certificateId, serialNumber, der } = certified.value;
  const { row } = authority;
  context.audit.append({
    type: 'issuance',
    authority: row.name,
    profile,
    serialNumber: serialNumberText(serialNumber),
    requestSha256: hexFromBytes(request.sha256),
    tbsSha256: tbsSha256Of(der),
    ...statements(prepared),
    ...(application && { application: application.id }),
    actor,
  });
  // Issued and to be settled in one step: if we stop here the next start signs its CRL and OCSP.
  context.db.transaction((tx) => {
    setCertificateIssued(tx, certificateId, der);
    markUnsettled(tx, row.id, certificateId);
    application?.record(tx, certificateId);
    rememberTime(tx, now);
  });
  context.checkpoint('issue: recorded');
  return ok({ certificateId, authorityId: row.id, request });
}

/** For the audit log: what was stated and asked for, where anything was. */
function statements({ confirmations, subjectAltNames, leaveOut }: PreparedIssuance) {
  return {
    ...(confirmations.length > 0 ? { confirmations } : {}),
    ...(subjectAltNames.length > 0 ? { subjectAltNames } : {}),
    ...(leaveOut.length > 0 ? { leaveOut } : {}),
  };
}
