import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { CeremonyRow } from '../database/ceremony-table.ts';
import { newestResponder } from '../database/responder-table.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import { recordKey } from '../issuance/seen-keys.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';
import { ITEMS_MOST } from './bundle.ts';
import type { CertificateOrder, ExportCeremonyInput } from './ceremony-order.ts';
import { offlineResponderIsDue } from './responder-duty.ts';
import { makeResponderKey } from './responder-key.ts';
import { subordinateToCertify } from './subordinate.ts';
import { type SubscriberToCertify, subscribersToCertify } from './subscriber-orders.ts';

/** The certificates of a ceremony, each with a key that is on record. */
export interface CeremonyOrders {
  /** Sub-CA, responder, subscribers. */
  readonly all: readonly CertificateOrder[];
  readonly subscribers: readonly SubscriberToCertify[];
}

/** What is asked for or due. `before` is the open ceremony that will be superseded. */
export async function ceremonyOrders(
  context: SignerContext,
  authority: ActiveAuthority,
  input: ExportCeremonyInput,
  before: CeremonyRow | undefined,
  actor: string,
  now: UnixSeconds,
): Promise<Result<CeremonyOrders, OperationError>> {
  const keystore = input.keystore ?? context.door.keystoreNames[0] ?? '';
  if (!context.door.keystoreNames.includes(keystore))
    return err({ code: 'keystore-unknown', keystore, known: context.door.keystoreNames });
  const newest = newestResponder(context.db, authority.row.id);
  const responder = input.responder || offlineResponderIsDue(authority, newest, now);
  const { applications = [] } = input;
  const asked = [...new Set(applications), input.subordinate, responder || undefined];
  // The CRL is the last.
  const items = asked.filter((order) => order !== undefined).length + 1;
  if (items > ITEMS_MOST) return err({ code: 'ceremony-too-many', items, most: ITEMS_MOST });
  // Subscribers first: what is refused of them is refused before any key is made.
  const superseding = before?.id ?? null;
  const subscribers = await subscribersToCertify(context, authority, applications, superseding);
  if (!subscribers.ok) return subscribers;
  const own: CertificateOrder[] = [];
  if (input.subordinate !== undefined) {
    const order = await subordinateToCertify(context, authority, input, keystore, actor, now);
    if (!order.ok) return order;
    own.push(order.value);
  }
  if (responder) {
    const order = await makeResponderKey(context, authority, keystore, actor, now);
    if (!order.ok) return order;
    own.push(order.value);
  }
  const all = [...own, ...subscribers.value.map(({ order }) => order)];
  // CSR-7: compared with every key seen; what was found is judged where they are reserved.
  for (const { spki } of all) await recordKey(context, spki, now);
  return ok({ all, subscribers: subscribers.value });
}
