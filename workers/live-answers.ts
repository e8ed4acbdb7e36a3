import { hexFromBytes } from '../shared/bytes.ts';
import type { CertID } from '../shared/ocsp/cert-id.ts';
import { decodeLiveRequest, type LiveRequest, requestNonce } from '../shared/ocsp/live-request.ts';
import type { OCSPRequestError } from '../shared/ocsp/request-error.ts';
import type { Result } from '../shared/result.ts';
import { decodeLiveAnswer, LIVE_ANSWER_MAX_OCTETS } from '../shared/snapshot/live-answer.ts';
import type { Clock } from '../shared/time.ts';
import type { HeadWatch } from './head-watch.ts';
import { type Fetch, readValue } from './http-store.ts';
import { findIssuer, type ServedIssuer } from './issuer-index.ts';
import { contradictsSnapshot } from './live-agreement.ts';
import { createLiveGuard, type LiveGuard } from './live-guard.ts';
import { verifyLiveAnswer } from './live-verification.ts';
import type { LiveOutcome, Monitoring } from './monitoring.ts';
import type { OCSPAnswer } from './ocsp-answer.ts';
import type { ShardReader } from './shard-reader.ts';
import { within } from './store-list.ts';

/** Responses that the signer makes on demand, for requests that no stored one satisfies (ADR 17). */
export interface LiveAnswers {
  /** After the look-up. `der` is the request, or undefined where it cannot be had. */
  forLookup(found: Found, der: Uint8Array | undefined): Promise<OCSPAnswer | undefined>;
  /** For a request that has no stored answer by its form: several certificates. */
  forRefused(error: OCSPRequestError, der: Uint8Array | undefined): Promise<OCSPAnswer | undefined>;
}

/** What the look-up came to; the code is one of `LookupFailure`. */
type Found = Result<OCSPAnswer, { readonly code: string }>;

/** The signer, and for whom it may be asked. */
export interface LiveSource {
  readonly fetch: Fetch;
  /** Origin, without a path. */
  readonly url: string;
  /** SHA-1 of the keys of issuers that have live answers, lower-case hexadecimal. */
  readonly issuers: ReadonlySet<string>;
  /** Whether this location may ask once more; absent: only the isolate and the signer limit. */
  readonly mayAsk?: (() => Promise<boolean>) | undefined;
}

export interface LiveDeps {
  readonly clock: Clock;
  readonly heads: HeadWatch;
  readonly shards: ShardReader;
  readonly monitoring: Monitoring;
}

const TIME_LIMIT_MILLISECONDS = 2000;

export function createLiveAnswers(given: LiveSource, deps: LiveDeps): LiveAnswers {
  const source = { ...given, fetch: tellingLimit(given.fetch) };
  const guard = createLiveGuard(deps.clock);
  const live = async (der: Uint8Array, request: LiveRequest): Promise<OCSPAnswer | undefined> => {
    const issuer = await issuerOf(request.certIDs, source, deps.heads);
    if (!issuer) return undefined;
    const { outcome, answer } = await askGuarded(der, request, issuer, { source, guard, deps });
    deps.monitoring.live(outcome);
    return answer;
  };
  return {
    async forLookup(found, der) {
      const lacks = found.ok ? der && requestNonce(der) : found.error.code === 'unassigned-serial';
      if (!lacks || !der) return undefined;
      const request = decodeLiveRequest(der);
      return request.ok ? live(der, request.value) : undefined;
    },
    async forRefused(error, der) {
      const several = 'reason' in error && error.reason === 'several-certificates';
      const request = several && der ? decodeLiveRequest(der) : undefined;
      return der && request?.ok ? live(der, request.value) : undefined;
    },
  };
}

/** The one issuer of them all, if it has live answers. */
async function issuerOf(
  certIDs: readonly CertID[],
  { issuers }: LiveSource,
  heads: HeadWatch,
): Promise<ServedIssuer | undefined> {
  const snapshot = await heads.current();
  const [first, ...others] = certIDs.map(
    (certID) => snapshot && findIssuer(snapshot.issuers, certID),
  );
  if (!first || !issuers.has(first.label)) return undefined;
  return others.every((other) => other === first) ? first : undefined;
}

interface Asking {
  readonly source: LiveSource;
  readonly guard: LiveGuard;
  readonly deps: LiveDeps;
}

interface Asked {
  readonly outcome: LiveOutcome;
  readonly answer?: OCSPAnswer;
}

async function askGuarded(
  der: Uint8Array,
  request: LiveRequest,
  issuer: ServedIssuer,
  { source, guard, deps }: Asking,
): Promise<Asked> {
  const refused = guard.enter();
  if (refused) return { outcome: refused };
  let asked: Asked = { outcome: 'unreachable' };
  try {
    const ask = async (signal: AbortSignal) => {
      if (!(await allowedHere(source))) throw new AskedTooMuch();
      return post(der, source, signal);
    };
    const octets = await within(ask, TIME_LIMIT_MILLISECONDS);
    asked = octets ? await verified(octets, request, issuer, deps) : { outcome: 'unknown' };
  } catch (error) {
    // Otherwise out of reach, too slow, or unable (503).
    if (error instanceof AskedTooMuch) asked = { outcome: 'limited' };
  } finally {
    guard.leave(HOW_IT_LEFT[asked.outcome] ?? 'served');
  }
  return asked;
}

const HOW_IT_LEFT: Partial<Record<LiveOutcome, 'failed' | 'limited'>> = {
  unreachable: 'failed',
  lied: 'failed',
  limited: 'limited',
};

/** Of the signer (RFC 6585 4), which is well, or of this location. */
class AskedTooMuch extends Error {}

/** A limit that cannot be asked is reached: what is stored can always be given. */
async function allowedHere({ mayAsk }: LiveSource): Promise<boolean> {
  if (!mayAsk) return true;
  try {
    return await mayAsk();
  } catch {
    return false;
  }
}

function tellingLimit(fetch: Fetch): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.status !== 429) return response;
    await response.body?.cancel();
    throw new AskedTooMuch();
  };
}

function post(
  der: Uint8Array,
  { fetch, url }: LiveSource,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const headers = { 'Content-Type': 'application/ocsp-request' };
  const init = { method: 'POST', body: der, headers, signal };
  return readValue(fetch, `${url}/v1/live-answers`, init, LIVE_ANSWER_MAX_OCTETS);
}

async function verified(
  octets: Uint8Array,
  request: LiveRequest,
  issuer: ServedIssuer,
  { clock, shards, monitoring }: LiveDeps,
): Promise<Asked> {
  const decoded = decodeLiveAnswer(octets);
  if (!decoded.ok) return { outcome: 'lied' };
  const { responderSerial, producedAt } = decoded.value;
  const shard = await shards.readShard(issuer, responderSerial);
  if (!shard.ok || !shard.value) return { outcome: 'unverified' };
  const now = clock();
  const served = { shard: shard.value.shard, answers: monitoring.answersOf(issuer.label) };
  const answer = await verifyLiveAnswer(decoded.value, request, served, now);
  const refusal = answer.ok
    ? await contradictsSnapshot(decoded.value, request, issuer, shards)
    : answer.error;
  if (answer.ok && !refusal) {
    return { outcome: producedAt > now ? 'answered-ahead' : 'answered', answer: answer.value };
  }
  if (refusal === 'lied') {
    monitoring.refused('live-answer', `${issuer.label} ${hexFromBytes(responderSerial)}`);
  }
  if (refusal === 'untimely') {
    monitoring.refused('live-answer-time', `${issuer.label} ${producedAt - now} s ahead`);
  }
  return { outcome: refusal ?? 'unverified' };
}
