import { crlReasonName } from '../../shared/policy/crl-reasons.ts';
import { BugError } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import { authorityById } from '../database/authority-table.ts';
import { authoritiesFrom, countLive } from '../database/below-query.ts';
import { type CertificateRow, certificateById } from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import { latestPublishedEpoch } from '../database/epoch-table.ts';
import { countCaused, countDueRequests, dueRequests } from '../database/revocation-due-table.ts';
import { requestEvents } from '../database/revocation-event-table.ts';
import { type RequestRow, requestByNumber } from '../database/revocation-request-table.ts';
import { authorityOfCertificate, isResponder } from '../database/revoked-kind-query.ts';
import { nameTextFromDER } from '../issuance/distinguished-name.ts';
import { lastDayOfNotice, localDate } from '../revocation/business-days.ts';
import { type Deadline, deadlinesOf, openDeadlines } from '../revocation/deadlines.ts';
import { allowedSteps, type RequestEvent, stateOf, timeOf } from '../revocation/request-state.ts';
import type { SignerContext } from '../signer-context.ts';
import type {
  RevocationRequestSummary,
  RevocationRequestView,
  RevokedKind,
} from './revocation-request-views.ts';
import type { DeadlineView, PublicationView, RevocationsView } from './views.ts';

function certificateOf(db: Reader, { certificateId }: RequestRow): CertificateRow {
  const certificate = certificateById(db, certificateId);
  if (!certificate) throw new BugError(`no certificate ${certificateId}`);
  return certificate;
}

function kindOf(db: Reader, certificate: CertificateRow): RevokedKind {
  const authority = authorityOfCertificate(db, certificate);
  if (authority) return authority.issuerId === null ? 'root' : 'sub-ca';
  return isResponder(db, certificate.id) ? 'responder' : 'subscriber';
}

export function deadlineView({ duty, source, due, met }: Deadline, now: UnixSeconds): DeadlineView {
  const hoursLeft = met === null ? Math.round((due - now) / 360) / 10 : 0;
  return { duty, source, due: isoText(due), met: met === null ? null : isoText(met), hoursLeft };
}

/** Every deadline of a request, met or not. */
export function requestDeadlines(
  db: Reader,
  request: RequestRow,
  events: readonly RequestEvent[],
): readonly Deadline[] {
  const isCA =
    request.target === 'authority' ||
    authorityOfCertificate(db, certificateOf(db, request)) !== undefined;
  return deadlinesOf({ ...request, isCA }, events);
}

export function requestSummary(
  context: SignerContext,
  request: RequestRow,
): RevocationRequestSummary {
  const { db } = context;
  const events = requestEvents(db, request.number);
  const certificate = certificateOf(db, request);
  const [next] = openDeadlines(requestDeadlines(db, request, events));
  return {
    number: request.number,
    state: stateOf(events),
    origin: request.origin,
    target: request.target,
    kind: kindOf(db, certificate),
    authority: authorityById(db, request.authorityId)?.name ?? '',
    serialNumber: serialNumberText(certificate.serialNumber),
    subject: nameTextFromDER(certificate.subject),
    reason: crlReasonName(request.reason),
    receivedAt: isoText(request.receivedAt),
    nextDeadline: next ? deadlineView(next, context.clock()) : null,
  };
}

/** `published` is what the operation that executed it knows of the way to the edge. */
export function requestView(
  context: SignerContext,
  request: RequestRow,
  published?: PublicationView,
): RevocationRequestView {
  const { db } = context;
  const events = requestEvents(db, request.number);
  const summary = requestSummary(context, request);
  const time = (at: UnixSeconds | null) => (at === null ? null : isoText(at));
  const verified = events.find(({ verification }) => verification !== null)?.verification;
  return {
    ...summary,
    revocationDate: time(request.revocationDate),
    ground: request.ground,
    requestedBy: request.requestedBy,
    channel: request.channel,
    verification: request.verification ?? verified ?? null,
    description: request.description,
    evidence: request.evidence,
    wantedAt: time(request.wantedAt),
    notice: noticeOf(context, request),
    recordedAt: isoText(request.recordedAt),
    recordedBy: request.recordedBy,
    deadlines: requestDeadlines(db, request, events).map((deadline) =>
      deadlineView(deadline, context.clock()),
    ),
    events: events.map(({ step, at, person, note }) => ({ step, at: isoText(at), person, note })),
    below: belowOf(context, request, summary.kind),
    revoked: countCaused(db, request.number),
    allowed: allowedSteps(summary.state),
    publication: publicationOfRequest(db, events, published),
  };
}

/** As many of the oldest open requests are looked at for the deadlines that `status` shows. */
const OPEN_LOOKED_AT = 500;
const DEADLINES_SHOWN = 20;

/** What is still to be met, for `inkan status`. */
export function revocationsView({ db, clock }: SignerContext): RevocationsView {
  const now = clock();
  const open = dueRequests(db, OPEN_LOOKED_AT).flatMap((number) => {
    const request = requestByNumber(db, number);
    if (!request) return [];
    const deadlines = requestDeadlines(db, request, requestEvents(db, number));
    return openDeadlines(deadlines).map((deadline) => ({ number, deadline }));
  });
  const soonest = open.sort((a, b) => a.deadline.due - b.deadline.due).slice(0, DEADLINES_SHOWN);
  return {
    open: countDueRequests(db),
    deadlines: soonest.map(({ number, deadline }) => ({
      request: number,
      ...deadlineView(deadline, now),
    })),
  };
}

function noticeOf(
  { policy }: SignerContext,
  { wantedAt, receivedAt }: RequestRow,
): RevocationRequestView['notice'] {
  const { revocation } = policy;
  if (wantedAt === null || revocation === undefined) return null;
  const lastDay = lastDayOfNotice(wantedAt, revocation);
  const kept = localDate(receivedAt, revocation) <= lastDay;
  return { businessDays: revocation.noticeBusinessDays.value, lastDay, kept };
}

function belowOf(
  { db, clock }: SignerContext,
  request: RequestRow,
  kind: RevokedKind,
): number | null {
  if (kind === 'subscriber' || kind === 'responder') return null;
  const authority = authorityOfCertificate(db, certificateOf(db, request));
  const ids = authority ? authoritiesFrom(db, authority.id) : [];
  const now = clock();
  const own = kind === 'root' && !hasRevoked(db, request) ? 1 : 0;
  return ids.reduce((sum, id) => sum + countLive(db, id, now), 0) - own;
}

/** A root's own certificate stands among those that it issued. */
function hasRevoked(db: Reader, { certificateId }: RequestRow): boolean {
  return db.get('SELECT 1 FROM revocation WHERE certificate_id = ?', certificateId) !== undefined;
}

function publicationOfRequest(
  db: Reader,
  events: readonly RequestEvent[],
  published: PublicationView | undefined,
): PublicationView | null {
  if (timeOf(events, 'begin', 'execute') === null) return null;
  const epoch = latestPublishedEpoch(db)?.number ?? 0;
  if (timeOf(events, 'publish') !== null) return { state: 'published', epoch };
  const reason = published?.state === 'due' ? published.reason : undefined;
  return { state: 'due', epoch, ...(reason === undefined ? {} : { reason }) };
}
