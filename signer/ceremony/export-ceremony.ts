import { base64FromBytes, bytesFromHex, hexFromBytes } from '../../shared/bytes.ts';
import { err, must, ok, type Result } from '../../shared/result.ts';
import { addSeconds, isoText, type UnixSeconds } from '../../shared/time.ts';
import { auditCRL } from '../crl/audit-crl.ts';
import { findAuthority } from '../database/authority-table.ts';
import { insertBroughtRevocations, insertItem } from '../database/ceremony-item-table.ts';
import {
  abandonCeremonyReservations,
  type CeremonyRow,
  ceremonyById,
  endCeremony,
  insertCeremony,
  pendingCeremony,
  setSuperseded,
} from '../database/ceremony-table.ts';
import { reserveCertificate } from '../database/certificate-table.ts';
import type { Transaction } from '../database/database.ts';
import { type ActiveAuthority, activeAuthority, authorityThatIssues } from '../issuance/issuer.ts';
import type { Actor } from '../operations/actor.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import { type CeremonyRequest, requestHash } from './bundle.ts';
import { canonicalText } from './canonical-document.ts';
import type { ExportCeremonyInput } from './ceremony-order.ts';
import { type CeremonyOrders, ceremonyOrders } from './ceremony-orders.ts';
import { certificateToSign, crlToSign, type ToSign } from './items-to-sign.ts';
import { expireCeremonies } from './pending.ts';
import { policyHashOfRequest } from './policy-hash.ts';
import { revokePredecessors, stillOrdered } from './subscriber-orders.ts';

const VALID_DAYS = 14;

/**
 * Puts together what the offline key of an authority has to sign now: the responder certificate when one is
 * due, a sub-CA certificate and those of approved applications when asked for, and always a CRL of everything
 * that is revoked. Serial numbers and the CRL number are reserved and the request is on record before anybody
 * sees it. An open ceremony of the same authority is superseded: its serial numbers are given up, its answer
 * is refused. For subscribers this is the order of CP 4.3.1, and who gives it is on record.
 */
export async function exportCeremony(
  context: SignerContext,
  input: ExportCeremonyInput,
  actor: Actor,
): Promise<Result<CeremonyRow, OperationError>> {
  const begun = signingTime(context);
  if (!begun.ok) return begun;
  expireCeremonies(context, begun.value);
  const authority = offlineAuthority(context, input, begun.value);
  if (!authority.ok) return authority;
  const { id, name } = authority.value.row;
  const before = pendingCeremony(context.db, id);
  if (before?.state === 'signed')
    return err({ code: 'ceremony-unsettled', authority: name, ceremony: before.bundleId });
  const { value: issuer } = authority;
  const orders = await ceremonyOrders(context, issuer, input, before, actor.name, begun.value);
  if (!orders.ok) return orders;
  // Keys may have taken a while; from here on there is no pause.
  const certificates = certificatesToSign(context, issuer, orders.value, before);
  if (!certificates.ok) return certificates;
  // CP 4.8.1: if we stop after this the repetition finds them revoked, and the 24 hours run.
  const revoked = revokePredecessors(context, orders.value.subscribers, actor);
  if (!revoked.ok) return revoked;
  const now = signingTime(context);
  if (!now.ok) return now;
  const crl = crlToSign(context, issuer, now.value);
  if (!crl.ok) return crl;
  const items = [...certificates.value, crl.value];
  return record(context, { authority: issuer, input, actor, items, before }, now.value);
}

/** Everything about the certificates that can be refused. */
function certificatesToSign(
  context: SignerContext,
  authority: ActiveAuthority,
  { all, subscribers }: CeremonyOrders,
  before: CeremonyRow | undefined,
): Result<readonly ToSign[], OperationError> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const ordered = stillOrdered(context, authority, subscribers);
  if (!ordered.ok) return ordered;
  const items: ToSign[] = [];
  for (const order of all) {
    const item = certificateToSign(context, authority, order, before ?? null, now.value);
    if (!item.ok) return item;
    items.push(item.value);
  }
  return ok(items);
}

/** With certificates to issue it must be fit to issue; a CRL alone is signed also by a revoked CA. */
function offlineAuthority(
  context: SignerContext,
  input: ExportCeremonyInput,
  now: UnixSeconds,
): Result<ActiveAuthority, OperationError> {
  const found = authorityThatIssues(context, input.authority, now);
  const revoked = !found.ok && found.error.code === 'authority-revoked';
  const row = findAuthority(context.db, input.authority);
  const active = row && activeAuthority(context, row);
  const isOwn = input.subordinate === undefined && !input.applications?.length;
  const authority = revoked && isOwn && active ? ok(active) : found;
  if (!authority.ok || authority.value.row.custody === 'offline') return authority;
  return err({ code: 'custody-online', authority: input.authority });
}

interface Prepared {
  readonly authority: ActiveAuthority;
  readonly input: ExportCeremonyInput;
  readonly actor: Actor;
  readonly items: readonly ToSign[];
  readonly before: CeremonyRow | undefined;
}

function record(
  context: SignerContext,
  { authority, input, actor, items, before }: Prepared,
  now: UnixSeconds,
): Result<CeremonyRow, OperationError> {
  const { row } = authority;
  const signed = items.map(({ item }) => item);
  const expiresAt = addSeconds(now, (input.validDays ?? VALID_DAYS) * 86_400);
  const request: CeremonyRequest = {
    id: hexFromBytes(context.randomBytes(16)),
    createdAt: isoText(now),
    expiresAt: isoText(expiresAt),
    requestedBy: actor.name,
    requestedByKey: actor.spkiSha256,
    reason: input.reason,
    authority: {
      name: row.name,
      subject: base64FromBytes(row.subject),
      spki: base64FromBytes(row.spki),
    },
    policySha256: policyHashOfRequest(context.policy, row.name, signed),
    items: signed,
  };
  const requestSha256 = requestHash(request);
  const applications = signed.flatMap((item) =>
    item.kind === 'certificate' ? (item.subscriber?.application ?? []) : [],
  );
  context.audit.append({
    ...{ type: 'ceremony-request', ceremony: request.id, authority: row.name },
    ...{ requestSha256, items: items.length },
    ...(applications.length > 0 ? { applications } : {}),
    actor: actor.name,
  });
  for (const item of items) {
    if (item.kind === 'crl') auditCRL(context, row.name, item);
  }
  context.checkpoint('ceremony: request audited');
  // One step: if we stop before it nothing was handed out, after it the same bundle can be had again.
  const id = context.db.transaction((tx) => {
    if (before) {
      endCeremony(tx, before.id, 'cancelled', now);
      abandonCeremonyReservations(tx, before.id);
    }
    const ceremonyId = insertCeremony(tx, {
      ...{ bundleId: request.id, kind: 'signing', authorityId: row.id, state: 'open' },
      request: canonicalText(request),
      requestSha256: must(bytesFromHex(requestSha256), 'hash'),
      ...{ reason: input.reason, requestedBy: actor.name, createdAt: now, expiresAt },
    });
    if (before) setSuperseded(tx, before.id, ceremonyId);
    storeItems(tx, ceremonyId, row.id, items, now);
    rememberTime(tx, now);
    return ceremonyId;
  });
  context.checkpoint('ceremony: request recorded');
  const ceremony = ceremonyById(context.db, id);
  return ceremony ? ok(ceremony) : err({ code: 'ceremony-unknown', ceremony: request.id });
}

function storeItems(
  tx: Transaction,
  ceremonyId: number,
  authorityId: number,
  items: readonly ToSign[],
  now: UnixSeconds,
): void {
  for (const [position, toSign] of items.entries()) {
    if (toSign.kind === 'crl') {
      const { tbs, crlNumber, thisUpdate, nextUpdate, entries } = toSign;
      const row = { kind: 'crl', tbs, crlNumber, thisUpdate, nextUpdate, entries } as const;
      insertItem(tx, ceremonyId, position, row);
      continue;
    }
    const { tbs, keystore, keyLabel, subjectAuthorityId } = toSign;
    const certificateId = reserveCertificate(tx, toSign.reservation, now);
    const row = { kind: 'certificate', tbs, certificateId, subjectAuthorityId } as const;
    insertItem(tx, ceremonyId, position, { ...row, keystore, keyLabel });
  }
  insertBroughtRevocations(tx, ceremonyId, authorityId);
}
