import { must } from '../../shared/result.ts';
import { decodeOCSPShard } from '../../shared/snapshot/ocsp-shard-reader.ts';
import { activeAuthorities } from '../../signer/database/authority-table.ts';
import { buildEpochCandidate } from '../../signer/publisher/epoch-candidate.ts';
import { openSignerInProcess, type ResponderKey } from '../support/signer-in-process.ts';
import type { Figure, Section } from './figure.ts';

/** Enough for shards of the size that `shardBits` aims at. */
const TRIALS: readonly { key: ResponderKey; certificates: number; most: number }[] = [
  { key: 'rsa2048', certificates: 1_024, most: 290 },
  { key: 'p256', certificates: 4_096, most: 100 },
];

export const packed: Section = {
  name: 'packed',
  what: 'octets in OCSP shards per status and CertID hash',
  run: async (progress) => {
    const figures: Figure[] = [];
    for (const { key, certificates, most } of TRIALS) {
      progress(`${key}: ${certificates} certificates`);
      const { octets, statuses, shards } = await shardOctets(key, certificates);
      figures.push({
        key: `packed.${key}.bytes`,
        value: octets / statuses,
        bound: { atMost: most },
        how: `${octets} octets in ${shards} shards, headers and responder certificates included, for ${statuses} statuses (2 a certificate)`,
      });
    }
    return figures;
  },
};

/** Of all shards of the issuer, as an epoch of everything would bring them out. */
async function shardOctets(
  key: ResponderKey,
  certificates: number,
): Promise<{ octets: number; statuses: number; shards: number }> {
  const ca = await openSignerInProcess(key, certificates);
  try {
    const { context } = ca;
    const all = buildEpochCandidate(context, activeAuthorities(context.db), 'everything').shards;
    const shards = all.flatMap(({ bytes }) => (bytes ? [bytes] : []));
    const octets = shards.reduce((sum, { length }) => sum + length, 0);
    const statuses = shards.reduce((sum, bytes) => {
      const { entryOffsets } = must(decodeOCSPShard(bytes), 'a shard');
      return sum + 2 * entryOffsets.length;
    }, 0);
    return { octets, statuses, shards: shards.length };
  } finally {
    await ca.close();
  }
}
