import { hexFromBytes } from '../../shared/bytes.ts';
import { CP_SUBSCRIBER_RULES } from '../../shared/policy/subscriber-rules.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { openCeremonyOfRequest } from '../database/application-ceremony-query.ts';
import { applicationDocuments, insertApplicationEvent } from '../database/application-table.ts';
import { authorityById } from '../database/authority-table.ts';
import { certificatePublication } from '../database/certificate-publication-table.ts';
import {
  type CertificateRow,
  certificateById,
  requestById,
} from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import { findRevocation } from '../database/revocation-table.ts';
import { decodeName } from '../issuance/distinguished-name.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { Actor } from '../operations/operations.ts';
import type { SignerContext } from '../signer-context.ts';
import { type ApplicationRecord, actOnApplication, applicationNamed, refusal } from './act.ts';
import type { Complaint, Delivery } from './applicant-input.ts';
import { insertDocuments } from './create-application.ts';
import {
  screening as decodeScreening,
  obstaclesToApproval,
  type Screening,
  type ScreeningDemands,
  type ShownDocument,
} from './screening.ts';
import { isAcceptedBySilence } from './states.ts';

type Outcome = Result<true, OperationError>;

/** CP 3.2, 4.2.1: what was verified. The fingerprint that the applicant told must be the request's. */
export function screenApplication(
  context: SignerContext,
  id: number,
  screening: Screening,
  actor: Actor,
): Outcome {
  return actOnApplication(
    context,
    id,
    {
      transition: 'screen',
      evidence: screening,
      check: ({ application }) => {
        const requestSha256 = hexFromBytes(requestById(context.db, application.requestId).sha256);
        const told = screening.fingerprint.sha256;
        return told === requestSha256
          ? ok(true)
          : err({ code: 'fingerprint-mismatch', application: id, told, requestSha256 });
      },
      store: (tx) => insertDocuments(tx, id, screening.documents),
    },
    actor,
  );
}

/** CP 4.2.2: the decision to issue. Refused while anything of CP 3.2 is missing. */
export function approveApplication(
  context: SignerContext,
  id: number,
  reference: string | undefined,
  actor: Actor,
): Outcome {
  const check = (record: ApplicationRecord): Outcome => {
    const screened = lastScreening(record);
    const subject = decodeName(record.application.subject);
    if (!screened || !subject.ok) return err(refusal(record, 'approve', 'was not screened'));
    const documents = applicationDocuments(context.db, id) as readonly ShownDocument[];
    const demands = demandsOf(context, record);
    const missing = obstaclesToApproval(subject.value, documents, screened, demands);
    return missing.length === 0
      ? ok(true)
      : err({ code: 'application-incomplete', application: id, missing });
  };
  const evidence = reference === undefined ? {} : { reference };
  return actOnApplication(context, id, { transition: 'approve', evidence, check }, actor);
}

function demandsOf(
  { db, policy }: SignerContext,
  { application }: ApplicationRecord,
): ScreeningDemands {
  const name = authorityById(db, application.authorityId)?.name ?? '';
  const authority = policy.authorities.get(name);
  const { organisationsOnly } = authority?.subscribers ?? CP_SUBSCRIBER_RULES;
  return {
    extent: authority?.applications?.value === 'required' ? 'cp-3.2' : 'by-choice',
    organisationsOnly: organisationsOnly.value,
  };
}

/** The newest screening, as it was recorded. */
export function lastScreening({ events }: Pick<ApplicationRecord, 'events'>): Screening | null {
  const event = events.findLast(({ state }) => state === 'screened');
  if (!event) return null;
  const decoded = decodeScreening(JSON.parse(event.evidence), '');
  return decoded.ok ? decoded.value : null;
}

export function rejectApplication(
  context: SignerContext,
  id: number,
  reason: string,
  actor: Actor,
): Outcome {
  const check = (record: ApplicationRecord) => notInCeremony(context, record);
  return actOnApplication(
    context,
    id,
    { transition: 'reject', evidence: { reason }, check },
    actor,
  );
}

/**
 * ADR 11: while a ceremony is open its bundle may be on the offline host, and what comes back would be for an
 * application that nobody wants any more. So the ceremony is taken back first, by a command of its own.
 */
function notInCeremony(
  { db }: SignerContext,
  { application: { id, requestId }, now }: ApplicationRecord,
): Outcome {
  const ceremony = openCeremonyOfRequest(db, requestId, now);
  return ceremony === null
    ? ok(true)
    : err({ code: 'application-in-ceremony', application: id, ceremony });
}

export function withdrawApplication(
  context: SignerContext,
  id: number,
  reason: string,
  actor: Actor,
): Outcome {
  const check = (record: ApplicationRecord) => notInCeremony(context, record);
  const act = { transition: 'withdraw', evidence: { reason }, check } as const;
  return actOnApplication(context, id, act, actor);
}

/** Refused before the epoch that carries the certificate's status and file is in the store (OPS-4). */
export function deliverApplication(
  context: SignerContext,
  id: number,
  { method, reference }: Delivery,
  actor: Actor,
): Outcome {
  const check = (record: ApplicationRecord): Outcome => {
    const certificate = certificateOfApplication(context.db, record);
    if (!certificate) return err(refusal(record, 'deliver'));
    if (findRevocation(context.db, certificate.id))
      return err(refusal(record, 'deliver', 'has a certificate that is revoked'));
    if (certificatePublication(context.db, certificate.id)?.state === 'published') return ok(true);
    return err({
      code: 'publication-due',
      application: id,
      serialNumber: serialNumberText(certificate.serialNumber),
      reason: 'its epoch is not in the store yet',
    });
  };
  const evidence = { method, reference };
  return actOnApplication(context, id, { transition: 'deliver', evidence, check }, actor);
}

/** CP 4.4.1: the receipt came. What is accepted was published before, so it ends here (CP 4.4.2). */
export function acceptApplication(
  context: SignerContext,
  id: number,
  reference: string,
  actor: Actor,
): Outcome {
  return actOnApplication(
    context,
    id,
    {
      transition: 'accept',
      evidence: { reference },
      store: (tx, record) => {
        const certificate = certificateOfApplication(tx, record);
        const publication = certificate && certificatePublication(tx, certificate.id);
        insertApplicationEvent(tx, id, {
          state: 'published',
          recordedAt: record.now,
          actor: actor.name,
          actorKey: actor.spkiSha256,
          evidence: JSON.stringify({ epoch: publication?.epoch, path: publication?.path }),
          certificateId: null,
        });
      },
    },
    actor,
  );
}

/** CP 4.4.1: within 14 days of sending; later the certificate can still be revoked. */
export function complainOfApplication(
  context: SignerContext,
  id: number,
  { reason, reference }: Complaint,
  actor: Actor,
): Outcome {
  const found = applicationNamed(context, id);
  if (!found.ok) return found;
  if (isAcceptedBySilence(found.value.last, found.value.now)) {
    const late = 'takes no complaint after 14 days (CP 4.4.1), but its certificate can be revoked';
    return err(refusal(found.value, 'complain', late));
  }
  const evidence = { reason, reference };
  return actOnApplication(context, id, { transition: 'complain', evidence }, actor);
}

/** The certificate that was issued under it. */
export function certificateOfApplication(
  db: Reader,
  { events }: Pick<ApplicationRecord, 'events'>,
): CertificateRow | undefined {
  const issued = events.find(({ certificateId }) => certificateId !== null);
  return issued?.certificateId == null ? undefined : certificateById(db, issued.certificateId);
}
