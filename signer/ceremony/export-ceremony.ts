import { base64FromBytes, bytesFromHex, hexFromBytes } from '../../shared/bytes.ts';
import { err, must, ok, type Result } from '../../shared/result.ts';
import { addSeconds, isoText, type UnixSeconds } from '../../shared/time.ts';
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
import { newestResponder } from '../database/responder-table.ts';
import { type ActiveAuthority, activeAuthority, authorityThatIssues } from '../issuance/issuer.ts';
import { recordKey } from '../issuance/seen-keys.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import { type CeremonyRequest, requestHash } from './bundle.ts';
import { canonicalText } from './canonical-document.ts';
import type { CertificateOrder, ExportCeremonyInput } from './ceremony-order.ts';
import { certificateToSign, crlToSign, type ToSign } from './items-to-sign.ts';
import { expireCeremonies } from './pending.ts';
import { policyHashOfRequest } from './policy-hash.ts';
import { offlineResponderIsDue } from './responder-duty.ts';
import { makeResponderKey } from './responder-key.ts';
import { subordinateToCertify } from './subordinate.ts';

const VALID_DAYS = 14;

export interface CeremonyActor {
  readonly name: string;
}

/**
 * Puts together what the offline key of an authority has to sign now: the responder certificate when one is
 * due, a sub-CA certificate when asked for, and always a CRL of everything that is revoked. Serial
 * numbers and the CRL number are reserved and the request is on record before anybody sees it. An open
 * ceremony of the same authority is superseded: its serial numbers are given up, its answer is refused.
 */
export async function exportCeremony(
  context: SignerContext,
  input: ExportCeremonyInput,
  actor: CeremonyActor,
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
  const orders = await ordersOf(context, authority.value, input, actor, begun.value);
  if (!orders.ok) return orders;
  // Keys may have taken a while; from here on there is no pause, so that all of it is of one moment.
  const now = signingTime(context);
  if (!now.ok) return now;
  const items: ToSign[] = [];
  for (const order of orders.value) {
    const item = certificateToSign(context, authority.value, order, before ?? null, now.value);
    if (!item.ok) return item;
    items.push(item.value);
  }
  const crl = crlToSign(context, authority.value, now.value);
  if (!crl.ok) return crl;
  items.push(crl.value);
  return record(context, { authority: authority.value, input, actor, items, before }, now.value);
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
  const authority = revoked && !input.subordinate && active ? ok(active) : found;
  if (!authority.ok || authority.value.row.custody === 'offline') return authority;
  return err({ code: 'custody-online', authority: input.authority });
}

/** The certificates that are asked for or due, each with a key that is on record. */
async function ordersOf(
  context: SignerContext,
  authority: ActiveAuthority,
  input: ExportCeremonyInput,
  actor: CeremonyActor,
  now: UnixSeconds,
): Promise<Result<readonly CertificateOrder[], OperationError>> {
  const orders: CertificateOrder[] = [];
  const keystore = input.keystore ?? context.door.keystoreNames[0] ?? '';
  if (!context.door.keystoreNames.includes(keystore))
    return err({ code: 'keystore-unknown', keystore, known: context.door.keystoreNames });
  if (input.subordinate !== undefined) {
    const order = await subordinateToCertify(context, authority, input, keystore, actor.name, now);
    if (!order.ok) return order;
    orders.push(order.value);
  }
  const newest = newestResponder(context.db, authority.row.id);
  if (input.responder || offlineResponderIsDue(authority, newest, now)) {
    const order = await makeResponderKey(context, authority, keystore, actor.name, now);
    if (!order.ok) return order;
    orders.push(order.value);
  }
  // CSR-7: compared with every key seen; what was found is judged where they are reserved.
  for (const { spki } of orders) await recordKey(context, spki, now);
  return ok(orders);
}

interface Prepared {
  readonly authority: ActiveAuthority;
  readonly input: ExportCeremonyInput;
  readonly actor: CeremonyActor;
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
  context.audit.append({
    ...{ type: 'ceremony-request', ceremony: request.id, authority: row.name },
    ...{ requestSha256, items: items.length, actor: actor.name },
  });
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
