import { policyText } from '../../shared/policy/policy-file.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import { activeAuthorities } from '../database/authority-table.ts';
import { countIssued } from '../database/certificate-table.ts';
import { latestCRLTimes } from '../database/crl-table.ts';
import { countWaitingDocuments } from '../database/document-table.ts';
import { latestPublishedEpoch, promisedEpochs } from '../database/epoch-table.ts';
import { earliestNextUpdate } from '../database/ocsp-shard-table.ts';
import { countOutbox } from '../database/outbox-table.ts';
import { newestResponder } from '../database/responder-table.ts';
import { countUnsettled } from '../database/unsettled-table.ts';
import { documentDay } from '../documents/document-day.ts';
import { endingCertificates, type ServerCertificate } from '../operators/ending.ts';
import { publishErrorText } from '../publisher/publish-error.ts';
import type { Publisher } from '../publisher/publisher.ts';
import type { SignerContext } from '../signer-context.ts';
import { applicationDeadlines } from './application-view.ts';
import { ceremonyDutyViews } from './ceremony-view.ts';
import { keyReminders } from './key-reminders.ts';
import { debianWeakKeys, easyKeyViews } from './key-views.ts';
import { revocationsView } from './revocation-request-view.ts';
import type { RunwayView, StatusView } from './views.ts';

/** Architecture rule 7: for each artifact, until when it is valid if nobody signs any more. */
function runway(context: SignerContext, now: UnixSeconds): readonly RunwayView[] {
  const views: RunwayView[] = [];
  const add = (
    artifact: RunwayView['artifact'],
    authority: string,
    until: UnixSeconds | null | undefined,
  ) => {
    if (until === null || until === undefined) return;
    const hours = Math.floor((until - now) / 3_600);
    views.push({ artifact, authority, validUntil: isoText(until), hours });
  };
  for (const { id, name } of activeAuthorities(context.db)) {
    add('ocsp', name, earliestNextUpdate(context.db, id));
    add('crl', name, latestCRLTimes(context.db, id)?.nextUpdate);
    add('responder', name, newestResponder(context.db, id)?.notAfter);
  }
  return views.sort((a, b) => a.hours - b.hours);
}

export function statusView(
  context: SignerContext,
  publisher: Publisher,
  server: ServerCertificate | null,
): StatusView {
  const { db, policy } = context;
  const now = context.clock();
  const epoch = latestPublishedEpoch(db);
  const error = publisher.lastError();
  return {
    time: isoText(now),
    policy: policyText(policy),
    epoch: epoch?.number ?? 0,
    headTime: epoch ? isoText(epoch.time) : null,
    headExpires: epoch ? isoText(epoch.expires) : null,
    outbox:
      countOutbox(db) +
      countUnsettled(db) +
      promisedEpochs(db).length +
      countWaitingDocuments(db, documentDay(context.policy, now)),
    lastPublishError: error ? publishErrorText(error) : null,
    authorities: activeAuthorities(db).length,
    certificates: countIssued(db),
    applications: applicationDeadlines(context),
    easyKeys: easyKeyViews(context, now),
    debianWeakKeys: debianWeakKeys(context),
    runway: runway(context, now),
    revocations: revocationsView(context),
    reminders: keyReminders(db, policy, now),
    ceremonies: ceremonyDutyViews(context, now),
    endingCertificates: endingCertificates(context, server, now),
  };
}
