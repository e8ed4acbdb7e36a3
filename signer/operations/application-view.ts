import { hexFromBytes } from '../../shared/bytes.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { isoText } from '../../shared/time.ts';
import type { ApplicationRecord } from '../applications/act.ts';
import { certificateOfApplication, lastScreening } from '../applications/decide.ts';
import type { ShownDocument } from '../applications/screening.ts';
import {
  type ApplicationState,
  allowedAt,
  complaintDeadline,
  deliveredBefore,
  isAcceptedBySilence,
  stateAt,
} from '../applications/states.ts';
import {
  applicationsToSign,
  openCeremonyOfRequest,
} from '../database/application-ceremony-query.ts';
import {
  applicationOfCertificate,
  countApplications,
  successorsOf,
} from '../database/application-query.ts';
import {
  type ApplicationEvent,
  type ApplicationRow,
  applicationDocuments,
} from '../database/application-table.ts';
import { authorityById } from '../database/authority-table.ts';
import { certificateById, requestById } from '../database/certificate-table.ts';
import { nameTextFromDER } from '../issuance/distinguished-name.ts';
import type { SignerContext } from '../signer-context.ts';
import type { ApplicationDeadlinesView } from './application-deadlines-view.ts';
import type {
  ApplicationEventView,
  ApplicationSummaryView,
  ApplicationView,
  ReceiptView,
} from './application-views.ts';
import { certificateView, chainOf } from './certificate-view.ts';
import type { IssuedCertificateView, PublicationView } from './views.ts';

export function applicationSummary(
  { db }: SignerContext,
  row: ApplicationRow,
  state: ApplicationState,
): ApplicationSummaryView {
  return {
    application: row.id,
    kind: row.kind,
    state,
    authority: authorityById(db, row.authorityId)?.name ?? '',
    profile: row.profile,
    subject: nameTextFromDER(row.subject),
    organisation: row.organisation,
    receivedAt: isoText(row.receivedAt),
  };
}

/** `told` is what publishing said a moment ago, if it was tried. */
export function applicationView(
  context: SignerContext,
  record: ApplicationRecord,
  told: PublicationView | null = null,
): ApplicationView {
  const { db } = context;
  const { application, last, now } = record;
  const request = requestById(db, application.requestId);
  const certificate = issuedCertificate(context, record, told);
  const issued = certificateOfApplication(db, record);
  const ceremony = openCeremonyOfRequest(db, application.requestId, now);
  return {
    ...applicationSummary(context, application, stateAt(last, now)),
    agent: application.agent,
    subjectAltNames: application.subjectAltNames,
    leaveOut: application.leaveOut,
    requestSha256: hexFromBytes(request.sha256),
    spkiSha256: hexFromBytes(request.spkiSha256),
    documents: applicationDocuments(db, application.id) as readonly ShownDocument[],
    screening: lastScreening(record),
    // While it may be signed at any moment nothing is decided about it.
    allowed: ceremony === null ? allowedAt(last, now) : [],
    ceremony,
    predecessor: predecessorView(context, application),
    successors: issued ? successorsOf(db, issued.id) : [],
    receipt: receiptView(record),
    certificate,
    events: record.events.map(eventView),
  };
}

function eventView(event: ApplicationEvent): ApplicationEventView {
  return {
    state: event.state,
    at: isoText(event.recordedAt),
    by: event.actor,
    bySpkiSha256: event.actorKey,
    // Written by this signer, an object each time.
    evidence: JSON.parse(event.evidence),
  };
}

function predecessorView(
  { db }: SignerContext,
  { predecessorId }: ApplicationRow,
): ApplicationView['predecessor'] {
  const row = predecessorId === null ? undefined : certificateById(db, predecessorId);
  if (!row) return null;
  return {
    authority: authorityById(db, row.authorityId)?.name ?? '',
    serialNumber: serialNumberText(row.serialNumber),
    application: applicationOfCertificate(db, row.id) ?? null,
  };
}

function receiptView({ events, last, now }: ApplicationRecord): ReceiptView | null {
  const delivered = events.find(({ state }) => state === 'delivered');
  if (!delivered) return null;
  const due = isoText(complaintDeadline(delivered.recordedAt));
  if (last.state === 'complained') return { due, state: 'complained' };
  if (last.state !== 'delivered') return { due, state: 'received' };
  return { due, state: isAcceptedBySilence(last, now) ? 'elapsed' : 'due' };
}

function issuedCertificate(
  context: SignerContext,
  record: ApplicationRecord,
  told: PublicationView | null,
): IssuedCertificateView | null {
  const { db } = context;
  const row = certificateOfApplication(db, record);
  const authority = row && authorityById(db, row.authorityId);
  if (!row || !authority) return null;
  const request = requestById(db, record.application.requestId);
  return {
    ...certificateView(context, row, told),
    requestSha256: hexFromBytes(request.sha256),
    spkiSha256: hexFromBytes(request.spkiSha256),
    chain: chainOf(db, authority),
  };
}

const TO_SIGN_MOST = 100;

/** CP 4.4.1: from the clock, so that nothing is missed by a signer that was not running. */
export function applicationDeadlines(context: SignerContext): ApplicationDeadlinesView {
  const { db } = context;
  const now = context.clock();
  const { oldestDelivery, ...counts } = countApplications(db, deliveredBefore(now));
  const next = oldestDelivery === null ? null : isoText(complaintDeadline(oldestDelivery));
  return { ...counts, nextReceiptDue: next, toSign: applicationsToSign(db, now, TO_SIGN_MOST) };
}
