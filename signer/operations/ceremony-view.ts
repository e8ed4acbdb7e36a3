import { hexFromBytes } from '../../shared/bytes.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import { ceremonyDuties, isOverdue } from '../ceremony/duties.ts';
import { applicationOfRequest } from '../database/application-ceremony-query.ts';
import { authorityById } from '../database/authority-table.ts';
import { type ItemRow, itemsOf } from '../database/ceremony-item-table.ts';
import { type CeremonyRow, ceremonyById, requestText } from '../database/ceremony-table.ts';
import { certificateById } from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import { nameTextFromDER } from '../issuance/distinguished-name.ts';
import type { SignerContext } from '../signer-context.ts';
import type { CeremonyDutyView } from './ceremony-duty-view.ts';
import type { CeremonyRequestView, CeremonyView } from './ceremony-views.ts';

export function ceremonyView({ db }: SignerContext, row: CeremonyRow): CeremonyView {
  const by = row.supersededBy === null ? undefined : ceremonyById(db, row.supersededBy);
  return {
    id: row.bundleId,
    kind: row.kind,
    authority: authorityById(db, row.authorityId)?.name ?? '',
    state: row.state,
    reason: row.reason,
    requestedBy: row.requestedBy,
    requestSha256: hexFromBytes(row.requestSha256),
    createdAt: isoText(row.createdAt),
    expiresAt: isoText(row.expiresAt),
    signedAt: row.signedAt === null ? null : isoText(row.signedAt),
    endedAt: row.endedAt === null ? null : isoText(row.endedAt),
    supersededBy: by?.bundleId ?? null,
    items: itemsOf(db, row.id).map((item) => itemText(db, item)),
    applications: itemsOf(db, row.id).flatMap((item) => applicationOf(db, item) ?? []),
  };
}

function itemText(db: Reader, item: ItemRow): string {
  if (item.kind === 'crl') return `CRL number ${item.crlNumber} with ${item.entries} entries`;
  const certificate = certificateById(db, item.certificateId);
  if (!certificate) return 'certificate';
  const application = applicationOf(db, item);
  const of = application === undefined ? '' : ` of application ${application}`;
  return `certificate ${certificate.profile} for ${nameTextFromDER(certificate.subject)}${of}`;
}

function applicationOf(db: Reader, item: ItemRow): number | undefined {
  const certificate =
    item.kind === 'certificate' ? certificateById(db, item.certificateId) : undefined;
  const requestId = certificate?.requestId ?? null;
  return requestId === null ? undefined : applicationOfRequest(db, requestId);
}

/** `superseded` is the open ceremony whose place it took, where there was one. */
export function ceremonyRequestView(
  context: SignerContext,
  row: CeremonyRow,
  superseded: CeremonyRow | null,
): CeremonyRequestView {
  const { db } = context;
  return {
    ceremony: ceremonyView(context, row),
    superseded: superseded?.bundleId ?? null,
    leftOut: superseded === null ? [] : leftOutBy(db, superseded, row),
    request: requestText(db, row.id),
  };
}

/** A responder is made anew when it is due; a sub-CA or an applicant only when asked for. */
function leftOutBy(db: Reader, before: CeremonyRow, after: CeremonyRow): readonly string[] {
  const again = new Set(itemsOf(db, after.id).map((item) => askedFor(db, item)));
  return itemsOf(db, before.id)
    .filter((item) => askedFor(db, item) !== null && !again.has(askedFor(db, item)))
    .map((item) => itemText(db, item));
}

function askedFor(db: Reader, item: ItemRow): string | null {
  if (item.kind === 'crl') return null;
  if (item.subjectAuthorityId !== null) return `authority ${item.subjectAuthorityId}`;
  const application = applicationOf(db, item);
  return application === undefined ? null : `application ${application}`;
}

/** The countdown: from the recording of a fact to the moment by which its CRL has to be out. */
export function ceremonyDutyViews(
  context: SignerContext,
  now: UnixSeconds,
): readonly CeremonyDutyView[] {
  return ceremonyDuties(context, now).map((duty) => ({
    authority: duty.authority,
    why: duty.why,
    count: duty.count,
    since: isoText(duty.since),
    due: isoText(duty.due),
    minutesLeft: Math.floor((duty.due - now) / 60),
    alarm: isOverdue(duty, now),
    ceremony: duty.ceremony?.id ?? null,
    ceremonyState: duty.ceremony?.state ?? null,
    ceremonyLeavesOut: duty.ceremony?.leftOut ?? 0,
  }));
}
