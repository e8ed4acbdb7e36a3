import { crlReasonName } from '../../shared/policy/crl-reasons.ts';
import { BugError, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { type CertificateRow, certificateById } from '../database/certificate-table.ts';
import { requestsToCarryOn } from '../database/revocation-due-table.ts';
import { insertEvent, requestEvents } from '../database/revocation-event-table.ts';
import { type RequestRow, requestByNumber } from '../database/revocation-request-table.ts';
import { findRevocation } from '../database/revocation-table.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import { endAuthority } from './end-authority.ts';
import { recordRevocation } from './record-revocation.ts';
import { stateOf } from './request-state.ts';
import { auditRevocation, revocationOf } from './revoke-certificate.ts';

/** Who gave the command. */
export interface Commander {
  readonly name: string;
  readonly spkiSha256: string | null;
}

/**
 * Carries out an approved request, or goes on with one that was interrupted. The revocation and the step
 * of the request are one transaction: if we stop before it nothing has happened, after it all has. One
 * that is wished for a later day is scheduled, and carried out on that day without being asked for again.
 */
export async function executeRequest(
  context: SignerContext,
  request: RequestRow,
  by: Commander,
): Promise<Result<true, OperationError>> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const state = stateOf(requestEvents(context.db, request.number));
  if (state === 'executing') return endAuthority(context, request, by.name);
  if (state === 'approved' && request.wantedAt !== null && request.wantedAt > now.value) {
    schedule(context, request, by, now.value);
    return ok(true);
  }
  const recorded = recordFirst(context, request, by, now.value);
  if (!recorded.ok) return recorded;
  return request.target === 'authority' ? endAuthority(context, request, by.name) : ok(true);
}

function schedule(
  { audit, db, checkpoint }: SignerContext,
  { number }: RequestRow,
  by: Commander,
  now: UnixSeconds,
): void {
  audit.append({ type: 'revocation-request', number, step: 'schedule', actor: by.name });
  db.transaction((tx) => {
    insertEvent(tx, number, eventOf('schedule', now, by));
    rememberTime(tx, now);
  });
  checkpoint('revocation request: scheduled');
}

/** The certificate that the request names; with it a whole authority begins to end. */
function recordFirst(
  context: SignerContext,
  request: RequestRow,
  by: Commander,
  now: UnixSeconds,
): Result<true, OperationError> {
  const { db, audit, checkpoint } = context;
  const certificate = certificateOf(context, request);
  const asked = {
    reason: crlReasonName(request.reason),
    ...(request.revocationDate === null ? {} : { revocationDate: request.revocationDate }),
  };
  // An authority whose own certificate is revoked already can still be ended.
  const isDone = request.target === 'authority' && findRevocation(db, certificate.id) !== undefined;
  const revocation = isDone ? ok(null) : revocationOf(db, certificate, asked, now);
  if (!revocation.ok) return revocation;
  const step = request.target === 'authority' ? 'begin' : 'execute';
  const { number } = request;
  audit.append({ type: 'revocation-request', number, step, actor: by.name });
  if (revocation.value) auditRevocation(context, certificate, revocation.value, by.name);
  checkpoint('revocation request: audited');
  db.transaction((tx) => {
    if (revocation.value)
      recordRevocation(tx, certificate, revocation.value, { request: number, person: by.name });
    insertEvent(tx, number, eventOf(step, now, by));
    rememberTime(tx, now);
  });
  checkpoint('revocation request: recorded');
  return ok(true);
}

function certificateOf({ db }: SignerContext, { certificateId }: RequestRow): CertificateRow {
  const certificate = certificateById(db, certificateId);
  if (!certificate) throw new BugError(`no certificate ${certificateId}`);
  return certificate;
}

function eventOf(
  step: 'schedule' | 'begin' | 'execute',
  at: UnixSeconds,
  { name, spkiSha256 }: Commander,
): Parameters<typeof insertEvent>[2] {
  return { step, at, person: name, personKey: spkiSha256, note: null, verification: null };
}

/**
 * What the signer does by itself: scheduled requests whose day has come, and authorities whose end was
 * interrupted. Answers the first trouble; the others are carried on all the same.
 */
export async function carryOnRequests(context: SignerContext): Promise<OperationError | null> {
  let failed: OperationError | null = null;
  for (const number of requestsToCarryOn(context.db)) {
    const request = requestByNumber(context.db, number);
    if (!request) continue;
    const events = requestEvents(context.db, number);
    const begun = stateOf(events) === 'executing';
    if (!begun && (request.wantedAt ?? 0) > context.clock()) continue;
    const commander = [...events]
      .reverse()
      .find(({ step }) => step === 'begin' || step === 'schedule');
    const by = { name: commander?.person ?? request.recordedBy, spkiSha256: null };
    const outcome = await executeRequest(context, request, by);
    if (!outcome.ok) failed ??= outcome.error;
  }
  return failed;
}
