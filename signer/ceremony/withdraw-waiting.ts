import { placeOf } from '../../shared/snapshot/directory.ts';
import { waitingSerials } from '../database/offline-facts.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import { withdrawAnswers } from '../ocsp/store-shards.ts';
import type { SignerContext } from '../signer-context.ts';

/**
 * Nothing is signed good about a certificate whose revocation waits for a ceremony: when its shard is
 * to be signed again its answer is taken out, and the edge is silent about it until the CRL comes back.
 * Only in the turn of the authority, and right before the facts of these shards are read.
 */
export function withdrawWaiting(
  context: SignerContext,
  { row }: ActiveAuthority,
  { shards, shardBits }: { readonly shards: readonly number[]; readonly shardBits: number },
): void {
  const renewed = new Set(shards);
  const waiting = waitingSerials(context.db, row.id).filter((serialNumber) =>
    renewed.has(placeOf(serialNumber, shardBits)),
  );
  if (waiting.length === 0) return;
  const { name: authority } = row;
  const count = waiting.length;
  context.audit.append({ type: 'ocsp-withdrawal', authority, why: 'revocation-waits', count });
  context.db.transaction((tx) => withdrawAnswers(tx, row.id, waiting, null));
  context.checkpoint('ceremony: waiting withdrawn');
}
