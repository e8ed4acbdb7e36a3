import { ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { Transaction } from '../database/database.ts';
import type { ResponderRow } from '../database/responder-table.ts';
import type { StatusFact } from '../database/status-facts.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';
import { type SignedBatch, signStatuses } from './sign-statuses.ts';
import { storeAnswers, withdrawAnswers } from './store-shards.ts';

/** Statuses that changed: signed, or to be withdrawn because nobody can sign them. */
export type SettledStatuses =
  | { readonly outcome: 'signed'; readonly signed: readonly SignedBatch[] }
  | { readonly outcome: 'withdrawn'; readonly facts: readonly StatusFact[] };

/**
 * Signs statuses that changed. Without a responder the CRL tells them alone: what OCSP said before is
 * taken back, so that the two never disagree (RSP-24) and nothing revoked is still called good.
 */
export async function settleStatuses(
  context: SignerContext,
  authority: ActiveAuthority,
  responder: ResponderRow | null,
  facts: readonly StatusFact[],
  now: UnixSeconds,
): Promise<Result<SettledStatuses, OperationError>> {
  if (responder) {
    const signed = await signStatuses(context, authority, responder, facts, now);
    return signed.ok ? ok({ outcome: 'signed', signed: signed.value }) : signed;
  }
  if (facts.length > 0) {
    context.audit.append({
      type: 'ocsp-withdrawal',
      authority: authority.row.name,
      why: 'no-responder',
      count: facts.length,
    });
  }
  return ok({ outcome: 'withdrawn', facts });
}

/** In the transaction of the settlement. */
export function storeSettled(
  tx: Transaction,
  { row }: ActiveAuthority,
  settled: SettledStatuses,
  now: UnixSeconds,
): void {
  if (settled.outcome === 'signed') {
    storeAnswers(tx, row.id, settled.signed);
    return;
  }
  const serialNumbers = settled.facts.map(({ serialNumber }) => serialNumber);
  withdrawAnswers(tx, row.id, serialNumbers, { at: now, why: 'no-responder' });
}
