import { NO_SHARD } from '../../shared/snapshot/directory.ts';
import { activeAuthorities } from '../../signer/database/authority-table.ts';
import { allShards } from '../../signer/publisher/issuer-directory.ts';
import { buildShard } from '../../signer/publisher/shard-builder.ts';
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

/** Of all shards of the issuer, built anew by the publisher's own builder. */
async function shardOctets(
  key: ResponderKey,
  certificates: number,
): Promise<{ octets: number; statuses: number; shards: number }> {
  const ca = await openSignerInProcess(key, certificates);
  try {
    const { db } = ca.context;
    const authority = activeAuthorities(db)[0];
    if (!authority) throw new Error('no authority');
    const built = allShards(authority.shardBits).map((index) => buildShard(db, authority, index));
    const octets = built.reduce((sum, { bytes }) => sum + (bytes ?? NO_SHARD).length, 0);
    const statuses = built.reduce((sum, { responses }) => sum + 2 * responses.length, 0);
    return { octets, statuses, shards: built.length };
  } finally {
    await ca.close();
  }
}
