import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { applicationNamed, checkTransition } from '../applications/act.ts';
import { insertApplicationEvent } from '../database/application-table.ts';
import { type ItemRow, itemsOf } from '../database/ceremony-item-table.ts';
import type { CeremonyRow } from '../database/ceremony-table.ts';
import { certificateById, requestById } from '../database/certificate-table.ts';
import type { Transaction } from '../database/database.ts';
import { profileNamed } from '../issuance/issuer.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';
import { tbsSha256Of } from '../signing/signed-der.ts';
import type { CeremonyItem, CeremonyRequest } from './bundle.ts';
import { certifiedFields } from './certificate-key.ts';
import { judgeKey } from './judge-key.ts';
import type { FinishedCertificate } from './record-certificate.ts';
import type { SubscriberOrder } from './subscriber-item.ts';

/**
 * Before anything of an answer is taken: every application that it issues is still approved, and nothing was
 * found of its key since the export (CSR-5 to CSR-8). Refused whole: the certificate is then signed, but
 * never issued, and its serial number is never good.
 */
export function checkSubscribers(
  context: SignerContext,
  ceremony: CeremonyRow,
  items: readonly CeremonyItem[],
): Result<true, OperationError> {
  const rows = itemsOf(context.db, ceremony.id);
  for (const [position, item] of items.entries()) {
    const row = rows[position];
    const subscriber = item.kind === 'certificate' ? item.subscriber : null;
    if (!subscriber || row?.kind !== 'certificate') continue;
    const refused = refusalOf(context, ceremony, row, subscriber);
    if (!refused) continue;
    const { bundleId } = ceremony;
    const facts = { ceremony: bundleId, application: subscriber.application, ...refused };
    return err({ code: 'ceremony-application-refused', ...facts });
  }
  return ok(true);
}

function refusalOf(
  context: SignerContext,
  ceremony: CeremonyRow,
  { tbs, certificateId }: Extract<ItemRow, { kind: 'certificate' }>,
  { application }: SubscriberOrder,
): { readonly check: string; readonly reason: string } | null {
  const record = applicationNamed(context, application);
  const certificate = certificateById(context.db, certificateId);
  const spki = certifiedFields(tbs)?.spki;
  if (!record.ok || !certificate || !spki)
    return { check: 'CRL-18', reason: 'it is not on record' };
  if (record.value.application.requestId !== certificate.requestId)
    return { check: 'CRL-18', reason: 'it has another request' };
  if (!checkTransition(record.value, 'issue').ok)
    return { check: 'CP 4.3.1', reason: `it is ${record.value.last.state}` };
  const { value: requirement } = profileNamed(context.policy, certificate.profile).key;
  const judged = judgeKey(context, spki, requirement, 'new', ceremony.id);
  if (judged.ok) return null;
  const { error } = judged;
  if (error.code !== 'key-refused') return { check: 'CSR-5', reason: error.code };
  return { check: error.check, reason: error.reason };
}

/** The application of a finished certificate, and how its issuance is told. */
export interface IssuedInCeremony {
  readonly subscriber: SubscriberOrder;
  readonly finished: FinishedCertificate;
  /** The request that was signed: who asked for it gave the order of CP 4.3.1. */
  readonly request: CeremonyRequest;
}

/** CP 5.4: as for an online issuance, on disk before it is on record. */
export function auditIssuance(
  { audit, db }: SignerContext,
  authority: string,
  { subscriber, finished, request }: IssuedInCeremony,
): void {
  const certificate = certificateById(db, finished.item.certificateId);
  if (!certificate || certificate.requestId === null) return;
  const { confirmations, profile, serialNumber, requestId } = certificate;
  const { subjectAltNames, leaveOut, application } = subscriber;
  audit.append({
    ...{ type: 'issuance', authority, profile, serialNumber: serialNumberText(serialNumber) },
    requestSha256: hexFromBytes(requestById(db, requestId).sha256),
    tbsSha256: tbsSha256Of(finished.der),
    ...(confirmations.length > 0 ? { confirmations } : {}),
    ...(subjectAltNames.length > 0 ? { subjectAltNames } : {}),
    ...(leaveOut.length > 0 ? { leaveOut } : {}),
    ...{ application, actor: request.requestedBy },
  });
}

/** In the transaction that records the certificate: its application is issued, by whoever ordered it. */
export function recordIssuance(
  tx: Transaction,
  { subscriber, finished, request }: IssuedInCeremony,
  importedBy: string,
  now: UnixSeconds,
): void {
  const { certificateId } = finished.item;
  const serial = certificateById(tx, certificateId)?.serialNumber;
  const serialNumber = serial ? serialNumberText(serial) : '';
  insertApplicationEvent(tx, subscriber.application, {
    state: 'issued',
    recordedAt: now,
    actor: request.requestedBy,
    actorKey: request.requestedByKey,
    evidence: JSON.stringify({ serialNumber, ceremony: request.id, importedBy }),
    certificateId,
  });
}
