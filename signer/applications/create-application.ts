import { bytesEqual, bytesFromHex, hexFromBytes } from '../../shared/bytes.ts';
import { CRL_REASONS } from '../../shared/policy/crl-reasons.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { openApplicationOfKey, openApplicationOfSubject } from '../database/application-query.ts';
import {
  type ApplicationRow,
  applicationEvents,
  insertApplication,
  insertApplicationDocument,
  insertApplicationEvent,
  nextApplicationId,
} from '../database/application-table.ts';
import type { Reader, Transaction } from '../database/database.ts';
import type { VerifiedRequest } from '../issuance/certification-request.ts';
import { decodeCertificationRequest } from '../issuance/decode-certification-request.ts';
import { nameKey } from '../issuance/name-key.ts';
import {
  type PreparedIssuance,
  prepareIssuance,
  subscriberRulesOf,
} from '../issuance/prepare-issuance.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { Actor } from '../operations/operations.ts';
import { rememberTime, type SignerContext } from '../signer-context.ts';
import type { CreateApplicationInput } from './applicant-input.ts';
import { orderedBy } from './order.ts';

/**
 * CP 4.1, 4.2: records an application; nothing is signed. Its request is checked as for an issuance,
 * so that what could never be issued is refused at once. The same words from the same person again
 * are the same application: whoever lost the answer may repeat.
 */
export async function createApplication(
  context: SignerContext,
  input: CreateApplicationInput,
  actor: Actor,
): Promise<Result<number, OperationError>> {
  const { db } = context;
  const inputSha256 = sha256(new TextEncoder().encode(canonicalJSON(input)));
  const repeated = repeatedApplication(context, input, inputSha256, actor);
  if (repeated) return ok(repeated.id);
  const ordered = orderedBy(context, input);
  if (!ordered.ok) return ordered;
  const { order, predecessor } = ordered.value;
  const prepared = await prepareIssuance(context, order);
  if (!prepared.ok) return prepared;
  // From here to the record nothing else runs: key and subject are still those that were checked.
  const open = openApplicationOfKey(db, prepared.value.request.spkiSha256);
  if (open) return err({ code: 'application-open', application: open.id, shared: 'key' });
  const free = checkNotAskedFor(db, prepared.value, 0);
  if (!free.ok) return free;
  const { authority, profile, subject, subjectAltNames, leaveOut, requestId, now } = prepared.value;
  const application = {
    id: nextApplicationId(db),
    kind: input.kind,
    authorityId: authority.row.id,
    ...{ profile, subject, subjectAltNames, leaveOut, requestId, inputSha256 },
    organisation: input.organisation,
    agent: input.agent,
    predecessorId: predecessor?.id ?? null,
    revocationReason: input.kind === 'change' ? CRL_REASONS[input.reason] : null,
    receivedAt: now,
  } as const;
  store(context, application, prepared.value.request, input, actor);
  return ok(application.id);
}

/** CP 3.1.5, CON-14: no other open application of this authority asks for the subject. */
export function checkNotAskedFor(
  db: Reader,
  { authority, subject }: Pick<PreparedIssuance, 'authority' | 'subject'>,
  except: number,
): Result<true, OperationError> {
  if (!subscriberRulesOf(authority).uniqueSubjects.value) return ok(true);
  const open = openApplicationOfSubject(db, authority.row.id, nameKey(subject), except);
  return open
    ? err({ code: 'application-open', application: open.id, shared: 'subject' })
    : ok(true);
}

/** The one received from the same person in the same words, when nothing was done with it yet. */
function repeatedApplication(
  { db }: SignerContext,
  { request }: CreateApplicationInput,
  inputSha256: Uint8Array,
  actor: Actor,
): ApplicationRow | undefined {
  const decoded = decodeCertificationRequest(request);
  const open = decoded.ok ? openApplicationOfKey(db, sha256(decoded.value.spki)) : undefined;
  if (!open) return undefined;
  const [received, ...later] = applicationEvents(db, open.id);
  if (later.length > 0 || received?.actorKey !== actor.spkiSha256) return undefined;
  return bytesEqual(open.inputSha256, inputSha256) ? open : undefined;
}

/** Fields in the order of their names, so that the order in which a client wrote them does not matter. */
function canonicalJSON(input: CreateApplicationInput): string {
  const { request, documents, ...plain } = input;
  const listed = documents.map(({ kind, sha256: hash }) => `${kind} ${hash}`).sort();
  const fields = { ...plain, documents: listed, request: hexFromBytes(request) };
  return JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function store(
  context: SignerContext,
  application: ApplicationRow,
  request: VerifiedRequest,
  { documents }: CreateApplicationInput,
  actor: Actor,
): void {
  const evidence = JSON.stringify({ documents: documents.length });
  context.audit.append({
    type: 'application',
    application: application.id,
    state: 'received',
    requestSha256: hexFromBytes(request.sha256),
    evidenceSha256: hexFromBytes(application.inputSha256),
    actor: actor.name,
  });
  // If we stop here only this line and the request are on record; the number goes to the next application.
  context.checkpoint('application: audited');
  context.db.transaction((tx) => {
    insertApplication(tx, application);
    insertDocuments(tx, application.id, documents);
    insertApplicationEvent(tx, application.id, {
      state: 'received',
      recordedAt: application.receivedAt,
      actor: actor.name,
      actorKey: actor.spkiSha256,
      evidence,
      certificateId: null,
    });
    rememberTime(tx, application.receivedAt);
  });
  context.checkpoint('application: recorded');
}

export function insertDocuments(
  tx: Transaction,
  applicationId: number,
  documents: CreateApplicationInput['documents'],
): void {
  for (const { kind, sha256: hash } of documents) {
    const bytes = bytesFromHex(hash);
    if (bytes.ok) insertApplicationDocument(tx, applicationId, kind, bytes.value);
  }
}
