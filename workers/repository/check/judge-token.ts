import { hexFromBytes } from '../../../shared/bytes.ts';
import { addSeconds, isoText, type UnixSeconds } from '../../../shared/time.ts';
import type { Authority } from './authorities.ts';
import type { Certificate } from './certificate.ts';
import { askChain, type ChainStatus } from './chain-status.ts';
import { areValidAt, findChain } from './find-issuer.ts';
import { type Comparisons, type ImprintOutcome, noteImprint } from './imprint.ts';
import { revocationOf, statusFacts } from './judge-certificate.ts';
import type { Report, Revocation, TokenVerdict } from './report.ts';
import type { TimeStampToken } from './time-stamp-token.ts';
import { type Facts, Trail } from './trail.ts';
import { CLOCK_SKEW_SECONDS } from './verify-reply.ts';
import { type TokenOutcome, verifyToken } from './verify-token.ts';
import type { World } from './world.ts';

/** What came with a token. */
export interface TokenCompany {
  /** Certificates among which the TSA's may be, if the token has none. */
  readonly certificates: readonly Certificate[];
  /** Everything else that came with it, beside the token's imprint. */
  readonly comparisons: Comparisons;
}

/** Whether the TSA made it, and whether its certificate was good at genTime (RFC 3161 4). */
export async function judgeToken(
  token: TimeStampToken,
  company: TokenCompany,
  authorities: readonly Authority[],
  world: World,
): Promise<Report> {
  const trail = new Trail();
  const outcome = await verifyToken(token, company.certificates, trail);
  const comparisons = withoutHelpers(token, outcome, company.comparisons);
  const imprint = noteImprint(token.imprint, comparisons, trail);
  const facts = tokenFacts(token);
  const basis = { findings: trail.findings, revocation: undefined };
  if (outcome.kind !== 'verified') {
    return { ...basis, verdict: NOT_VERIFIED[outcome.kind], subject: '', facts };
  }
  const { tsa } = outcome;
  const subject = tsa.subjectText;
  const chain = await findChain(tsa, authorities, token.genTime, trail);
  if (chain.kind !== 'found') {
    const verdict = chain.kind === 'foreign' ? 'token-foreign' : NOT_FOUND[chain.kind];
    return { ...basis, verdict, subject, facts: { ...facts, issuer: tsa.issuerText } };
  }
  if (!areValidAt(chain.issuers, token.genTime, trail)) {
    return { ...basis, verdict: 'token-outside-validity', subject, facts };
  }
  const status = await askChain(tsa, chain, world, trail);
  const stamped = stampedFact(imprint, comparisons);
  const allFacts = { ...facts, ...stamped, ...statusFacts(status), issuer: tsa.issuerText };
  const revocation = revocationOf(tsa, status);
  const verdict = verdictOf(token, tsa, status, world);
  noteStatusTime(token, status, trail);
  noteEnd(tsa, status, world.now(), trail);
  const shownVerdict = verdict === 'token-good' ? GOOD_FOR[imprint] : verdict;
  return { findings: trail.findings, verdict: shownVerdict, subject, facts: allFacts, revocation };
}

/** A token that is good in itself, beside what was given with it. */
const GOOD_FOR: Readonly<Record<ImprintOutcome, TokenVerdict>> = {
  'no-data': 'token-good',
  same: 'token-good',
  differs: 'token-other-data',
  open: 'token-undetermined',
};

/**
 * RFC 3161 2.4.1 certReq: the certificate of a TSA that is not in the token has to be given. A file of
 * certificates that has it is there for that, unless it is what was stamped.
 */
function withoutHelpers(
  { certificates }: TimeStampToken,
  outcome: TokenOutcome,
  comparisons: Comparisons,
): Comparisons {
  if (outcome.kind !== 'verified' || certificates.includes(outcome.tsa)) return comparisons;
  const { tsa } = outcome;
  return new Map(
    [...comparisons].filter(
      ([candidate, found]) => found === 'same' || !candidate.onlyCertificates.includes(tsa),
    ),
  );
}

function stampedFact(imprint: ImprintOutcome, comparisons: Comparisons): Facts {
  if (imprint !== 'same') return {};
  const same = [...comparisons].filter(([, found]) => found === 'same');
  return { stamped: same.map(([{ name }]) => name).join(', ') };
}

const NOT_VERIFIED: Readonly<Record<Exclude<TokenOutcome['kind'], 'verified'>, TokenVerdict>> = {
  broken: 'token-broken',
  'outside-validity': 'token-outside-validity',
  'signer-missing': 'token-undetermined',
  unsupported: 'token-undetermined',
};

/** A root cannot be a TSA: its certificate has no such purpose, so this is for the types alone. */
const NOT_FOUND = {
  root: 'token-broken',
  forged: 'token-broken',
  unsupported: 'token-undetermined',
} as const;

function tokenFacts(token: TimeStampToken): Readonly<Record<string, string>> {
  return {
    genTime: isoText(token.genTime),
    tokenSerialNumber: hexFromBytes(token.serialNumber),
    policy: token.policy,
  };
}

/** A response says how things were at its thisUpdate; a token may be younger (RFC 6960 2.4). */
function noteStatusTime({ genTime }: TimeStampToken, { own }: ChainStatus, trail: Trail): void {
  if (typeof own === 'string' || own.status.kind !== 'good' || own.thisUpdate >= genTime) return;
  trail.open('ocsp-times', 'older-than-token', {
    thisUpdate: isoText(own.thisUpdate),
    nextUpdate: isoText(own.nextUpdate),
  });
}

/** RSP-16: revoked answers are kept for years, good ones need not be. */
function noteEnd(
  { notAfter }: Certificate,
  { own }: ChainStatus,
  now: UnixSeconds,
  trail: Trail,
): void {
  if (own !== 'unauthorized' || now <= notAfter) return;
  trail.open('tsa-validity', 'ended-since', { notAfter: isoText(notAfter) });
}

function verdictOf(
  token: TimeStampToken,
  tsa: Certificate,
  status: ChainStatus,
  { now }: World,
): TokenVerdict {
  const { own, revokedAbove, uncertainAbove } = status;
  const revocations = [...revokedAbove];
  if (typeof own !== 'string' && own.status.kind === 'revoked') {
    revocations.push({ certificate: tsa, at: own.status.at, reason: own.status.reason });
  }
  const meanings = revocations.map((revocation) => meaningAt(token, revocation));
  if (meanings.includes('token-compromised')) return 'token-compromised';
  if (meanings.includes('token-late')) return 'token-late';
  if (own === 'unauthorized') {
    return now() > tsa.notAfter ? 'token-undetermined' : 'token-unknown';
  }
  if (typeof own !== 'string' && own.status.kind === 'unknown') return 'token-unknown';
  // A TSA whose clock is ahead of ours, or ours is behind: no status can speak of that time.
  const ahead = token.genTime > addSeconds(now(), CLOCK_SKEW_SECONDS);
  return own === 'silent' || uncertainAbove || ahead ? 'token-undetermined' : 'token-good';
}

/** CRL-13: key retired without compromise; unspecified(0) is RFC 3161's, this CA never gives it. */
const RETIRED: ReadonlySet<number | undefined> = new Set([0, 3, 4, 5]);

/**
 * RFC 3161 4. Item 1: retired with a reason that says so, tokens made before stay valid. Item 2: a
 * compromised key, or no reason at all, leaves no token valid whenever it was made. The same is done
 * for a CA above: whoever has its key can certify a TSA of any age.
 */
export function meaningAt(
  { genTime, accuracySeconds }: Pick<TimeStampToken, 'genTime' | 'accuracySeconds'>,
  { at, reason }: Pick<Revocation, 'at' | 'reason'>,
): TokenVerdict {
  if (!RETIRED.has(reason)) return 'token-compromised';
  return genTime + accuracySeconds < at ? 'token-good' : 'token-late';
}
