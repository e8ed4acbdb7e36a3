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

/** A round takes two to five seconds on a core or two, so that its beginning and its end count for little. */
const TRIALS: readonly Trial[] = [
  { key: 'rsa2048', algorithm: 'rsa2048', certificates: 4_096, rounds: 7, least: 0.8 },
  { key: 'p256', algorithm: 'ecdsap256', certificates: 49_152, rounds: 9, least: 0.6 },
];

/** Verifying takes three times as long as signing with ECDSA: an epoch is promised after every third round. */
const ROUNDS_AN_EPOCH = 3;

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
      const { renewed, stored, packed } = await renewAll(ca);
      const after = opensslSignaturesPerSecond(algorithm, SPEED_SECONDS);
      const share = (seconds: number) => (4 * renewed) / seconds / (before + after);
      shares.push(share(packed));
      if (round % ROUNDS_AN_EPOCH === 0) verifiedShares.push(share(stored + (await promise(ca))));
      progress(`${key}: ${share(packed).toFixed(3)} of ${after.toFixed(0)} signatures/s`);
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

interface Round {
  /** Certificates; two signatures each, over the SHA-1 and over the SHA-256 CertID. */
  readonly renewed: number;
  /** Seconds from "all are due" to committed rows. */
  readonly stored: number;
  /** Seconds from "all are due" to packed shards. */
  readonly packed: number;
}

async function renewAll(ca: SignerInProcess): Promise<Round> {
  const { context, authority } = ca;
  ca.advance(ocspPolicyOf(authority.policy).refreshAfterSeconds.value + 60);
  const began = performance.now();
  const renewed = must(await renewResponses(context, authority), 'renewal');
  const stored = performance.now();
  buildEpochCandidate(context, activeAuthorities(context.db));
  const packed = performance.now();
  if (renewed < ca.serialNumbers.length) throw new Error(`only ${renewed} were renewed`);
  return { renewed, stored: (stored - began) / 1000, packed: (packed - began) / 1000 };
}

/** Seconds for the epoch of all that was renewed: packed again, verified, signed, recorded. */
async function promise(ca: SignerInProcess): Promise<number> {
  const began = performance.now();
  await ca.promise();
  return (performance.now() - began) / 1000;
}
