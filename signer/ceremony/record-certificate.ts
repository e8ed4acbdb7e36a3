import { BugError } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { authorityById, setAuthorityCertificate } from '../database/authority-table.ts';
import {
  type CertificateItemRow,
  setCertificateValidity,
} from '../database/ceremony-item-table.ts';
import { certificateById, setCertificateIssued } from '../database/certificate-table.ts';
import type { Transaction } from '../database/database.ts';
import { enqueueFile } from '../database/outbox-table.ts';
import { deletePendingKey } from '../database/responder-key-table.ts';
import { insertResponder } from '../database/responder-table.ts';
import { markUnsettled } from '../database/unsettled-table.ts';
import { markWaitingUnsettled } from '../database/withdrawal-table.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import { parsePublicKey } from '../issuance/public-key.ts';
import { responderSignatureAlgorithm } from '../ocsp/make-responder.ts';
import type { SignerContext } from '../signer-context.ts';
import { tbsSha256Of } from '../signing/signed-der.ts';
import { certifiedKey } from './certificate-key.ts';
import type { DatedCertificate } from './signing-time.ts';

/** A certificate that came back, verified. */
export interface FinishedCertificate extends DatedCertificate {
  readonly kind: 'certificate';
  readonly der: Uint8Array;
  readonly item: CertificateItemRow;
}

/** CP 5.4: on disk before the responder, or the sub-CA, is on record. */
export function auditCertificate(
  { audit, db }: SignerContext,
  { row }: ActiveAuthority,
  { item, der }: FinishedCertificate,
  actor: string,
): void {
  const { keyLabel, certificateId, subjectAuthorityId } = item;
  const certificate = certificateById(db, certificateId);
  if (!certificate) return;
  const authority = row.name;
  const facts = {
    serialNumber: serialNumberText(certificate.serialNumber),
    tbsSha256: tbsSha256Of(der),
  };
  if (keyLabel !== null)
    audit.append({ type: 'responder-made', authority, ...facts, keyLabel, actor });
  if (subjectAuthorityId === null) return;
  const subjectAuthority = authorityById(db, subjectAuthorityId)?.name ?? '';
  audit.append({ type: 'authority-certified', authority, subjectAuthority, ...facts, actor });
}

/** Issued, and what it is for: a sub-CA may act, a responder may sign. */
export function recordCertificate(
  tx: Transaction,
  context: SignerContext,
  authority: ActiveAuthority,
  { item, der, notBefore, notAfter }: FinishedCertificate,
): void {
  const { certificateId, subjectAuthorityId, keystore, keyLabel } = item;
  setCertificateIssued(tx, certificateId, der);
  setCertificateValidity(tx, certificateId, notBefore, notAfter);
  markUnsettled(tx, authority.row.id, certificateId);
  if (subjectAuthorityId !== null) {
    setAuthorityCertificate(tx, subjectAuthorityId, der);
    enqueueFile(tx, 'ca-certificate', subjectAuthorityId);
  }
  if (keystore === null || keyLabel === null) return;
  const spki = certifiedKey(der)?.spki;
  const key = spki && parsePublicKey(spki);
  if (!spki || !key?.ok || !key.value.algorithm)
    throw new BugError('a certificate that was parsed twice has no key');
  markWaitingUnsettled(tx, authority.row.id);
  deletePendingKey(tx, keyLabel);
  insertResponder(tx, {
    ...{ authorityId: authority.row.id, certificateId, keystore, keyLabel, spki },
    ...{ certificate: der, notAfter },
    signatureAlgorithm: responderSignatureAlgorithm(context, authority, key.value.algorithm),
  });
}
