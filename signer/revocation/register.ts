import { CRL_REASONS } from '../../shared/policy/crl-reasons.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { isoText, type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import { findAuthority } from '../database/authority-table.ts';
import type { CertificateRow } from '../database/certificate-table.ts';
import { insertEvent, requestEvents } from '../database/revocation-event-table.ts';
import {
  insertRequest,
  nextRequestNumber,
  type RequestRow,
  requestByNumber,
} from '../database/revocation-request-table.ts';
import { findRevocation } from '../database/revocation-table.ts';
import { authorityOfCertificate, certificateOfKey } from '../database/revoked-kind-query.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { Actor } from '../operations/operations.ts';
import type {
  CreateRevocationRequestInput,
  StepRevocationRequestInput,
} from '../operations/revocation-request-views.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import { executeRequest } from './execute-request.ts';
import { GROUNDS, termOf } from './grounds.ts';
import { allowedSteps, type RequestEvent, stateOf } from './request-state.ts';
import { findIssued, revocationOf } from './revoke-certificate.ts';

function refuse(check: string, reason: string): Result<never, OperationError> {
  return err({ code: 'revocation-request-refused', check, reason });
}

/** Puts a request into the register; nothing is revoked yet. Answers its number. */
export function createRequest(
  context: SignerContext,
  input: CreateRevocationRequestInput,
  actor: Actor,
): Result<number, OperationError> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const named = namedCertificate(context, input);
  if (!named.ok) return named;
  const { certificate, authorityId } = named.value;
  const checked = checkRequest(context, input, certificate, now.value);
  if (!checked.ok) return checked;
  const number = nextRequestNumber(context.db);
  context.audit.append({
    type: 'revocation-request',
    number,
    step: 'receive',
    actor: actor.name,
  });
  context.checkpoint('revocation request: received');
  const row: Omit<RequestRow, 'number'> = {
    origin: 'request',
    target: input.allOf === undefined ? 'certificate' : 'authority',
    authorityId,
    certificateId: certificate.id,
    reason: CRL_REASONS[input.reason],
    revocationDate: input.revocationDate ?? null,
    ground: input.ground,
    requestedBy: input.requestedBy,
    channel: input.channel,
    verification: input.verification ?? null,
    description: input.description,
    evidence: input.evidence ?? null,
    receivedAt: input.receivedAt ?? now.value,
    wantedAt: input.wantedAt ?? null,
    recordedAt: now.value,
    recordedBy: actor.name,
    recordedByKey: actor.spkiSha256,
  };
  return ok(
    context.db.transaction((tx) => {
      rememberTime(tx, now.value);
      return insertRequest(tx, row);
    }),
  );
}

/** The certificate, or the authority's own, and the authority that stands in the register. */
function namedCertificate(
  { db, policy }: SignerContext,
  { serialNumber, authority, allOf }: CreateRevocationRequestInput,
): Result<{ certificate: CertificateRow; authorityId: number }, OperationError> {
  if ((serialNumber === undefined) === (allOf === undefined))
    return refuse('CP 4.9.3', 'it names either one certificate or a whole authority');
  if (allOf === undefined) {
    const certificate = findIssued(db, serialNumber ?? '', authority);
    if (!certificate.ok) return certificate;
    return ok({ certificate: certificate.value, authorityId: certificate.value.authorityId });
  }
  const row = findAuthority(db, allOf);
  const certificate = row && certificateOfKey(db, sha256(row.spki));
  if (certificate) return ok({ certificate, authorityId: row.id });
  return err({
    code: 'authority-unknown',
    authority: allOf,
    known: [...policy.authorities.keys()],
  });
}

/** What would be refused when it is executed is refused now, while the requester can still be asked. */
function checkRequest(
  { db }: SignerContext,
  input: CreateRevocationRequestInput,
  certificate: CertificateRow,
  now: UnixSeconds,
): Result<true, OperationError> {
  const { reason, receivedAt = now, wantedAt, allOf } = input;
  const ended = allOf !== undefined && findRevocation(db, certificate.id) !== undefined;
  const revocation = ended ? ok(null) : revocationOf(db, certificate, input, now);
  if (!revocation.ok) return revocation;
  if (receivedAt > now) return refuse('CP 4.9.3', 'it cannot be received in the future');
  if (receivedAt < certificate.notBefore)
    return refuse('CP 4.9.3', 'it was received before the certificate existed');
  const { compromise, plannable } = GROUNDS[input.ground];
  if (compromise && reason !== 'keyCompromise')
    return refuse('CRL-13', `the ground ${input.ground} asks for the reason keyCompromise`);
  if (wantedAt === undefined) return ok(true);
  if (wantedAt < receivedAt) return refuse('CP 4.9.4', 'it is wished for before it was received');
  if (reason === 'keyCompromise')
    return refuse('CP 4.9.4', 'a compromised key is revoked at once, not on a later day');
  const isCA = allOf !== undefined || authorityOfCertificate(db, certificate) !== undefined;
  const last = receivedAt + termOf(input.ground, isCA).must;
  if (!plannable && wantedAt > last) {
    const until = isoText(unixSeconds(last));
    return refuse('OPS-1', `for the ground ${input.ground} it has to be revoked by ${until}`);
  }
  return ok(true);
}

export function findRequest(
  { db }: SignerContext,
  number: number,
): Result<RequestRow, OperationError> {
  const request = requestByNumber(db, number);
  return request ? ok(request) : err({ code: 'revocation-request-unknown', number });
}

/** Takes a step that the request's state allows; to execute what is executed changes nothing. */
export async function stepRequest(
  context: SignerContext,
  input: StepRevocationRequestInput,
  actor: Actor,
): Promise<Result<RequestRow, OperationError>> {
  const found = findRequest(context, input.number);
  if (!found.ok) return found;
  const request = found.value;
  const events = requestEvents(context.db, request.number);
  const state = stateOf(events);
  // Whoever lost the answer to an `execute` asks again.
  if (input.step === 'execute' && state === 'executed') return found;
  const allowed = allowedSteps(state);
  if (!allowed.includes(input.step)) {
    const { number, step } = input;
    return err({ code: 'revocation-step-refused', number, state, asked: step, allowed });
  }
  if (input.step === 'execute') {
    const executed = await executeRequest(context, request, actor);
    return executed.ok ? found : executed;
  }
  const checked =
    input.step === 'approve' ? checkApproval(request, input, actor) : ok(true as const);
  if (!checked.ok) return checked;
  return recordStep(context, request, input, actor);
}

/**
 * Two persons: who recorded the request does not approve it, by name or by key. Whoever executes may be
 * either; that two of them approve, with roles, is for the approvals of all acts together.
 */
function checkApproval(
  request: RequestRow,
  input: StepRevocationRequestInput,
  actor: Actor,
): Result<true, OperationError> {
  const { number, recordedBy, recordedByKey, verification } = request;
  if (recordedBy === actor.name || recordedByKey === actor.spkiSha256)
    return err({ code: 'second-person-needed', number, person: recordedBy });
  if (verification === null && input.verification === undefined)
    return refuse('CP 3.4', 'it does not say how the request was verified');
  return ok(true);
}

function recordStep(
  context: SignerContext,
  request: RequestRow,
  input: StepRevocationRequestInput,
  actor: Actor,
): Result<RequestRow, OperationError> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const { number } = request;
  const event: RequestEvent = {
    step: input.step,
    at: now.value,
    person: actor.name,
    note: input.note ?? null,
    verification: input.verification ?? null,
  };
  context.audit.append({
    type: 'revocation-request',
    number,
    step: input.step,
    actor: actor.name,
  });
  context.checkpoint(`revocation request: ${input.step} audited`);
  context.db.transaction((tx) => {
    insertEvent(tx, number, { ...event, personKey: actor.spkiSha256 });
    rememberTime(tx, now.value);
  });
  return ok(request);
}
