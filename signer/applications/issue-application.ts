import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { openCeremonyOfRequest } from '../database/application-ceremony-query.ts';
import { insertApplicationEvent } from '../database/application-table.ts';
import { authorityById } from '../database/authority-table.ts';
import { certificateById, requestById } from '../database/certificate-table.ts';
import { findRevocation } from '../database/revocation-table.ts';
import { decodeName } from '../issuance/distinguished-name.ts';
import { issuePrepared } from '../issuance/issue-certificate.ts';
import { nameKey } from '../issuance/name-key.ts';
import { type PreparedIssuance, prepareIssuance } from '../issuance/prepare-issuance.ts';
import type { Confirmation } from '../issuance/subject-register.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { Actor } from '../operations/operations.ts';
import type { SignerContext } from '../signer-context.ts';
import { type ApplicationRecord, applicationNamed, checkTransition } from './act.ts';
import { checkNotAskedFor } from './create-application.ts';
import { lastScreening } from './decide.ts';
import { revokeForChange } from './revoke-for-change.ts';

type Outcome<T> = Result<T, OperationError>;

/**
 * CP 4.3.1: issues an approved application, by the direct command of an authorised person. One that
 * is issued already is left as it is, so that the command may be repeated after a crash. Where the key
 * is offline the export of a ceremony is that command.
 */
export async function issueApplication(
  context: SignerContext,
  id: number,
  actor: Actor,
): Promise<Outcome<true>> {
  const record = applicationNamed(context, id);
  if (!record.ok) return record;
  if (record.value.last.state === 'issued') return ok(true);
  const allowed = checkTransition(record.value, 'issue');
  if (!allowed.ok) return allowed;
  const { authorityId, requestId } = record.value.application;
  const authority = authorityById(context.db, authorityId);
  if (authority?.custody === 'offline') {
    const ceremony = openCeremonyOfRequest(context.db, requestId, record.value.now);
    return err({ code: 'ceremony-needed', authority: authority.name, application: id, ceremony });
  }
  // 1. All that can be refused, before anything is changed.
  const prepared = await prepareApplication(context, record.value, null);
  if (!prepared.ok) return prepared;
  // 2. CP 4.8.1: a change revokes first. If we stop after it the repetition finds it revoked.
  const revoked = revokePredecessor(context, record.value, actor);
  if (!revoked.ok) return revoked;
  // 3. The certificate, and the event in the transaction that records it; the line of the issuance
  // in the audit log names the application.
  const issued = await issuePrepared(context, prepared.value, actor.name, {
    id,
    check: () => checkNotAskedFor(context.db, prepared.value, id),
    record: (tx, certificateId) => {
      const serial = certificateById(tx, certificateId)?.serialNumber;
      const evidence = JSON.stringify({ serialNumber: serial ? serialNumberText(serial) : '' });
      insertApplicationEvent(tx, id, {
        state: 'issued',
        recordedAt: prepared.value.now,
        actor: actor.name,
        actorKey: actor.spkiSha256,
        evidence,
        certificateId,
      });
    },
  });
  return issued.ok ? ok(true) : issued;
}

/**
 * The policy, the keys on record and the subjects may have changed since it was received. What the open
 * ceremony `superseding` reserved does not count.
 */
export async function prepareApplication(
  context: SignerContext,
  record: ApplicationRecord,
  superseding: number | null,
): Promise<Outcome<PreparedIssuance>> {
  const { db } = context;
  const { application } = record;
  const { profile, subjectAltNames, leaveOut, requestId } = application;
  const subject = decodeName(application.subject);
  if (!subject.ok) return subject;
  const prepared = await prepareIssuance(context, {
    authority: authorityById(db, application.authorityId)?.name ?? '',
    ...{ profile, subjectAltNames, leaveOut, requestId, superseding },
    request: requestById(db, requestId).der,
    subject: subject.value,
    confirmations: confirmationsOf(context, record),
  });
  if (!prepared.ok) return prepared;
  const free = checkNotAskedFor(db, prepared.value, application.id);
  return free.ok ? prepared : free;
}

/** What the screening stated; and that whoever holds the subject is the applicant (CON-14). */
function confirmationsOf(
  { db }: SignerContext,
  record: ApplicationRecord,
): readonly Confirmation[] {
  const { predecessorId, subject } = record.application;
  const predecessor = predecessorId === null ? undefined : certificateById(db, predecessorId);
  const isHeld = predecessor && nameKey(predecessor.subject) === nameKey(subject);
  return [
    ...(lastScreening(record)?.organisationOnly ? (['organisation'] as const) : []),
    ...(isHeld ? (['re-key'] as const) : []),
  ];
}

/** CP 4.8.1; nothing where nothing is changed, or it is revoked already. */
export function revokePredecessor(
  context: SignerContext,
  record: ApplicationRecord,
  actor: Actor,
): Outcome<unknown> {
  const { predecessorId, revocationReason } = record.application;
  if (predecessorId === null || revocationReason === null) return ok(true);
  const predecessor = certificateById(context.db, predecessorId);
  if (!predecessor || findRevocation(context.db, predecessorId)) return ok(true);
  return revokeForChange(context, { ...record, predecessor, reason: revocationReason }, actor);
}
