import { hexFromBytes } from '../../shared/bytes.ts';
import { crlReasonName } from '../../shared/policy/crl-reasons.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { isoText } from '../../shared/time.ts';
import { authorityById } from '../database/authority-table.ts';
import { certificateById, listIssued } from '../database/certificate-table.ts';
import { latestCRLTimes } from '../database/crl-table.ts';
import { type IssuedCertificate, issueCertificate } from '../issuance/issue-certificate.ts';
import { findIssued, revokeCertificate } from '../revocation/revoke-certificate.ts';
import { certificateView, chainOf } from './certificate-view.ts';
import { recordKeyRemoval } from './key-removal.ts';
import type { OperationError } from './operation-error.ts';
import type { OperationTools } from './operation-tools.ts';
import type {
  Actor,
  IssueCertificateInput,
  ListCertificatesInput,
  Operations,
  RevokeCertificateInput,
} from './operations.ts';
import type {
  CertificateView,
  IssuedCertificateView,
  PublicationView,
  RevocationView,
} from './views.ts';

type CertificateOperations = Pick<
  Operations,
  | 'recordKeyRemoval'
  | 'issueCertificate'
  | 'showCertificate'
  | 'listCertificates'
  | 'revokeCertificate'
>;

export function certificateOperations(tools: OperationTools): CertificateOperations {
  const { db } = tools.context;
  return {
    issueCertificate: (input, actor) => issue(tools, input, actor),
    showCertificate: async (serialNumber, authority) => {
      const row = findIssued(db, serialNumber, authority);
      return row.ok ? ok(certificateView(tools.context, row.value)) : row;
    },
    listCertificates: async (input) => list(tools, input),
    revokeCertificate: (input, actor) => revoke(tools, input, actor),
    recordKeyRemoval: async (input, actor) => {
      const recorded = recordKeyRemoval(tools.context, input, actor.name);
      tools.auditRefusal('certificate key-removed', actor, recorded);
      return recorded.ok ? ok(certificateView(tools.context, recorded.value)) : recorded;
    },
  };
}

async function issue(
  { context, bringOut, auditRefusal }: OperationTools,
  input: IssueCertificateInput,
  actor: Actor,
): Promise<Result<IssuedCertificateView, OperationError>> {
  const issued = await issueCertificate(context, input, actor.name);
  auditRefusal('certificate issue', actor, issued);
  if (!issued.ok) return issued;
  const told = input.wait === false ? null : await bringOut([issued.value.authorityId]);
  return issuedView(context, issued.value, told);
}

function issuedView(
  context: OperationTools['context'],
  { certificateId, authorityId, request }: IssuedCertificate,
  told: PublicationView | null,
): Result<IssuedCertificateView, OperationError> {
  const { db } = context;
  const row = certificateById(db, certificateId);
  const authority = authorityById(db, authorityId);
  if (!row || !authority) return err({ code: 'certificate-unknown', serialNumber: '' });
  return ok({
    ...certificateView(context, row, told),
    requestSha256: hexFromBytes(request.sha256),
    spkiSha256: hexFromBytes(request.spkiSha256),
    chain: chainOf(db, authority),
  });
}

function list(
  { context, authorityNamed }: OperationTools,
  input: ListCertificatesInput,
): Result<readonly CertificateView[], OperationError> {
  const { db } = context;
  const authority = input.authority === undefined ? null : authorityNamed(input.authority);
  if (authority && !authority.ok) return authority;
  const after = input.after === undefined ? null : findIssued(db, input.after, input.authority);
  if (after && !after.ok) return after;
  const filter = {
    authorityId: authority?.value.id ?? null,
    revoked: input.status === undefined ? null : input.status === 'revoked',
    afterId: after?.value.id ?? 0,
    limit: input.limit,
  };
  return ok(listIssued(db, filter).map((row) => certificateView(context, row)));
}

async function revoke(
  { context, bringOut, auditRefusal }: OperationTools,
  input: RevokeCertificateInput,
  actor: Actor,
): Promise<Result<RevocationView, OperationError>> {
  const revoked = revokeCertificate(context, input, actor.name);
  auditRefusal('certificate revoke', actor, revoked);
  if (!revoked.ok) return revoked;
  const { certificate, revocationDate, reason, recordedAt, request } = revoked.value;
  const publication = await bringOut([certificate.authorityId]);
  return ok({
    authority: authorityById(context.db, certificate.authorityId)?.name ?? '',
    serialNumber: serialNumberText(certificate.serialNumber),
    revocationDate: isoText(revocationDate),
    reason: crlReasonName(reason),
    recordedAt: isoText(recordedAt),
    request,
    crlNumber: latestCRLTimes(context.db, certificate.authorityId)?.crlNumber ?? 0,
    publication,
  });
}
