import type { LiveRequest } from '../shared/ocsp/live-request.ts';
import type { LiveAnswer } from '../shared/snapshot/live-answer.ts';
import { findStoredResponse } from '../shared/snapshot/ocsp-shard-reader.ts';
import type { ServedIssuer } from './issuer-index.ts';
import type { LiveRefusal } from './live-verification.ts';
import type { ShardReader } from './shard-reader.ts';

/**
 * Revocation has no way back (CP 4.9.13): what the signed snapshot calls revoked, even in a response
 * that has expired, no live answer calls good. The other way round is news. A shard that cannot be
 * read might have said so.
 */
export async function contradictsSnapshot(
  { statuses }: LiveAnswer,
  { certIDs }: LiveRequest,
  issuer: ServedIssuer,
  shards: ShardReader,
): Promise<LiveRefusal | undefined> {
  for (const [i, { serialNumber }] of certIDs.entries()) {
    if (statuses[i]?.status === 'revoked') continue;
    const shard = await shards.readShard(issuer, serialNumber);
    if (!shard.ok) return 'unverified';
    const stored = shard.value && findStoredResponse(shard.value.shard, serialNumber);
    if (stored?.certStatus.status === 'revoked') return 'lied';
  }
  return undefined;
}
