import { base64FromBytes, bytesEqual } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { type ApplicationRecord, applicationNamed, checkTransition } from '../applications/act.ts';
import { checkNotAskedFor } from '../applications/create-application.ts';
import { prepareApplication, revokePredecessor } from '../applications/issue-application.ts';
import { authorityById } from '../database/authority-table.ts';
import { certificateById } from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import { fingerprintOfSPKI } from '../database/key-functions.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import { checkRegister, type PreparedIssuance } from '../issuance/prepare-issuance.ts';
import type { Actor } from '../operations/actor.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';
import type { CertificateOrder } from './ceremony-order.ts';
import type { SubscriberOrder } from './subscriber-item.ts';

/** An application whose certificate a ceremony is to sign, as it was found. */
export interface SubscriberToCertify {
  readonly application: number;
  readonly prepared: PreparedIssuance;
  readonly order: CertificateOrder;
}

/**
 * CP 4.3.1: approved applications as orders of a ceremony, after every check of an online issuance. They
 * are read and compared with all keys on record, which may take a while: `stillOrdered` looks once more.
 */
export async function subscribersToCertify(
  context: SignerContext,
  authority: ActiveAuthority,
  applications: readonly number[],
  superseding: number | null,
): Promise<Result<readonly SubscriberToCertify[], OperationError>> {
  const found: SubscriberToCertify[] = [];
  for (const application of new Set(applications)) {
    const record = approvedFor(context, authority, application);
    if (!record.ok) return record;
    const prepared = await prepareApplication(context, record.value, superseding);
    if (!prepared.ok) return prepared;
    const order = orderOf(context.db, record.value, prepared.value);
    found.push({ application, prepared: prepared.value, order });
  }
  return ok(found);
}

/** In the step that reserves: what may have changed since, and what only one item of a bundle can have. */
export function stillOrdered(
  context: SignerContext,
  authority: ActiveAuthority,
  subscribers: readonly SubscriberToCertify[],
): Result<true, OperationError> {
  for (const [index, { application, prepared }] of subscribers.entries()) {
    const record = approvedFor(context, authority, application);
    if (!record.ok) return record;
    const free = checkRegister(context, prepared);
    if (!free.ok) return free;
    const alone = checkNotAskedFor(context.db, prepared, application);
    if (!alone.ok) return alone;
    const twin = subscribers.slice(0, index).find((other) => haveOneKey(other, { prepared }));
    if (!twin) continue;
    const reason = `its key has the same secret as that of application ${twin.application}`;
    return err({ code: 'request-refused', check: 'CSR-5', reason });
  }
  return ok(true);
}

/** CP 4.8.1: a change revokes first, so that the CRL of this very ceremony says it. */
export function revokePredecessors(
  context: SignerContext,
  subscribers: readonly SubscriberToCertify[],
  actor: Actor,
): Result<true, OperationError> {
  for (const { application } of subscribers) {
    const record = applicationNamed(context, application);
    if (!record.ok) return record;
    const revoked = revokePredecessor(context, record.value, actor);
    if (!revoked.ok) return revoked;
  }
  return ok(true);
}

function approvedFor(
  context: SignerContext,
  { row }: ActiveAuthority,
  application: number,
): Result<ApplicationRecord, OperationError> {
  const record = applicationNamed(context, application);
  if (!record.ok) return record;
  const { authorityId } = record.value.application;
  if (authorityId !== row.id) {
    const authority = authorityById(context.db, authorityId)?.name ?? '';
    return err({
      code: 'application-other-authority',
      ...{ application, authority, expected: row.name },
    });
  }
  const allowed = checkTransition(record.value, 'issue');
  return allowed.ok ? record : allowed;
}

function haveOneKey(
  a: Pick<SubscriberToCertify, 'prepared'>,
  b: Pick<SubscriberToCertify, 'prepared'>,
): boolean {
  const [first, second] = [a, b].map(
    ({ prepared: { request } }) => fingerprintOfSPKI(request.spki) ?? request.spki,
  );
  return first !== undefined && second !== undefined && bytesEqual(first, second);
}

function orderOf(
  db: Reader,
  { application }: ApplicationRecord,
  { profile, request, requestId, subject, confirmations, ...chosen }: PreparedIssuance,
): CertificateOrder {
  const { id, kind, organisation, predecessorId } = application;
  const predecessor = predecessorId === null ? undefined : certificateById(db, predecessorId);
  const order: SubscriberOrder = {
    application: id,
    kind,
    replaces: predecessor ? serialNumberText(predecessor.serialNumber) : null,
    organisation,
    subject: base64FromBytes(subject),
    subjectAltNames: chosen.subjectAltNames,
    leaveOut: chosen.leaveOut,
    request: base64FromBytes(request.der),
  };
  return {
    ...{ role: 'subscriber', profile, subjectAuthority: null, keystore: null, keyLabel: null },
    ...{ subject, spki: request.spki, subscriber: { order, requestId, confirmations } },
  };
}
