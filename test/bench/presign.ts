import { ocspPolicyOf } from '../../shared/policy/certificate-policy.ts';
import { must } from '../../shared/result.ts';
import { activeAuthorities } from '../../signer/database/authority-table.ts';
import { renewResponses } from '../../signer/presigning/renew.ts';
import { buildEpochCandidate } from '../../signer/publisher/epoch-candidate.ts';
import {
  openSignerInProcess,
  type ResponderKey,
  type SignerInProcess,
} from '../support/signer-in-process.ts';
import { type Figure, median, type Section, spread } from './figure.ts';
import { opensslSignaturesPerSecond, SPEED_COMMAND, type SpeedAlgorithm } from './openssl-speed.ts';

interface Trial {
  readonly key: ResponderKey;
  readonly algorithm: SpeedAlgorithm;
  readonly certificates: number;
  readonly rounds: number;
  readonly least: number;
}

/** Each round takes one to four seconds on a core or two; the shorter ones need more of them for a steady median. */
const TRIALS: readonly Trial[] = [
  { key: 'rsa2048', algorithm: 'rsa2048', certificates: 2_048, rounds: 5, least: 0.8 },
  { key: 'p256', algorithm: 'ecdsap256', certificates: 16_384, rounds: 11, least: 0.6 },
];

const SPEED_SECONDS = 1;

export const presign: Section = {
  name: 'presign',
  what: 'renewal of OCSP responses as a share of openssl speed',
  run: async (progress) => {
    const figures: Figure[] = [];
    for (const trial of TRIALS) figures.push(...(await measure(trial, progress)));
    return figures;
  },
};

async function measure(trial: Trial, progress: (line: string) => void): Promise<readonly Figure[]> {
  const { key, algorithm, rounds } = trial;
  progress(`${key}: ${trial.certificates} certificates`);
  const ca = await openSignerInProcess(key, trial.certificates);
  const shares: number[] = [];
  const verifiedShares: number[] = [];
  try {
    // A signer renews for years: what starts threads and compiles is not counted.
    await renewAll(ca);
    // Alternating, so that a round and its reference meet the same machine.
    let before = opensslSignaturesPerSecond(algorithm, SPEED_SECONDS);
    for (let round = 0; round < rounds; round++) {
      const { packed, promised } = await renewAll(ca);
      const after = opensslSignaturesPerSecond(algorithm, SPEED_SECONDS);
      shares.push((2 * packed) / (before + after));
      verifiedShares.push((2 * promised) / (before + after));
      progress(`${key}: ${packed.toFixed(0)} of ${after.toFixed(0)} signatures/s`);
      before = after;
    }
  } finally {
    await ca.close();
  }
  return [
    {
      key: `presign.${key}.share`,
      value: median(shares),
      bound: { atLeast: trial.least },
      how: `signatures/s of planning, lint, audit, signing, committed rows and packed shards, of ${SPEED_COMMAND} ${algorithm} before and after; median, ${spread(shares)}`,
    },
    {
      key: `presign.${key}.verifiedShare`,
      value: median(verifiedShares),
      how: `the same up to a recorded epoch: publish gate, head and its rows too; median, ${spread(verifiedShares)}`,
    },
  ];
}

/** Signatures a second from "all are due" to packed shards, and to a promised epoch. */
async function renewAll(ca: SignerInProcess): Promise<{ packed: number; promised: number }> {
  const { context, authority } = ca;
  ca.advance(ocspPolicyOf(authority.policy).refreshAfterSeconds.value + 60);
  const began = performance.now();
  const renewed = must(await renewResponses(context, authority), 'renewal');
  const stored = performance.now();
  buildEpochCandidate(context, activeAuthorities(context.db));
  const packed = performance.now();
  await ca.promise();
  const promised = performance.now();
  if (renewed < ca.serialNumbers.length) throw new Error(`only ${renewed} were renewed`);
  // Two a certificate: over the SHA-1 and over the SHA-256 CertID.
  const rate = (milliseconds: number) => (2 * renewed * 1000) / milliseconds;
  return {
    packed: rate(packed - began),
    // The epoch packs again, so that this is counted once.
    promised: rate(stored - began + (promised - packed)),
  };
}
