import { err, ok, type Result } from '../../shared/result.ts';
import type { SignatureAlgorithm } from '../../shared/signature-algorithm.ts';
import { type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import { withdrawWaiting } from '../ceremony/withdraw-waiting.ts';
import { authorityById } from '../database/authority-table.ts';
import type { Reader } from '../database/database.ts';
import { dueShards, placesOfShard } from '../database/ocsp-shard-table.ts';
import { type StatusFact, statusesOfRange } from '../database/status-facts.ts';
import { newestUnsettled } from '../database/unsettled-table.ts';
import { earliestResponderEnd } from '../database/withdrawal-table.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import { ensureResponder } from '../ocsp/responder.ts';
import { type SignedBatch, signStatuses } from '../ocsp/sign-statuses.ts';
import { storeWholeShards } from '../ocsp/store-shards.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { turnOf } from '../settlement/settle.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import { FIRST_PAGE, nextPageSize } from './page-size.ts';
import { canStillSign, renewalThresholds } from './plan.ts';

/**
 * Renews every shard of this authority that is due. In turn with settlements, so that a status is
 * never overwritten by an older one; a revocation that waits is let in between two turns.
 * Answers how many certificates were renewed.
 */
export async function renewResponses(
  context: SignerContext,
  authority: ActiveAuthority,
): Promise<Result<number, OperationError>> {
  if (authority.policy.ocsp === null) return ok(0);
  const now = signingTime(context);
  if (!now.ok) return now;
  if (!canStillSign(authority.notAfter, now.value)) return ok(0);
  const end = earliestResponderEnd(context.db, authority.row.id) ?? authority.notAfter;
  let renewed = 0;
  for (const threshold of renewalThresholds(authority.policy, now.value, end)) {
    // What is made from this second on is not due again, also when all that was made by it is.
    const madeBy = unixSeconds(Math.min(threshold, now.value - 1));
    const swept = await sweep(context, authority, madeBy);
    if (!swept.ok) return swept;
    renewed += swept.value;
  }
  return ok(renewed);
}

/** Renews what was made by then: a shard that is renewed is no longer due. */
async function sweep(
  context: SignerContext,
  authority: ActiveAuthority,
  madeBy: UnixSeconds,
): Promise<Result<number, OperationError>> {
  const turn = turnOf(authority.row.id);
  const pace: Pace = {};
  let renewed = 0;
  while (dueShards(context.db, authority.row.id, madeBy, 1).length > 0) {
    const round = await context.inTurn(turn, () => renewRound(context, authority, madeBy, pace));
    if (!round.ok) return round;
    if (round.value === 0) break;
    renewed += round.value;
  }
  return ok(renewed);
}

/**
 * A page is what is signed and stored together, in whole shards: so many certificates, or a shard more.
 * Large where a signature takes microseconds, so that nobody waits for the disk; small where it takes
 * milliseconds and others wait for a page.
 */
interface Pace {
  /** Certificates of the next page; undefined until the first one. */
  pageSize?: number;
}

/** A turn begins no page after so many milliseconds. */
const TURN = 2_500;

/** While one page is stored these are being signed: neither the keys nor the disk wait. */
const PAGES_UNDER_WAY = 2;

/** Shards that one turn looks at; it seldom gets so far. */
const SHARDS_A_TURN = 4_096;

async function renewRound(
  context: SignerContext,
  authority: ActiveAuthority,
  madeBy: UnixSeconds,
  pace: Pace,
): Promise<Result<number, OperationError>> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const responder = await ensureResponder(context, authority, now.value);
  if (!responder.ok) return responder;
  // Nobody can sign: what is due stays as it is, and what it says stays true (RSP-24).
  const signer = responder.value;
  if (!signer) return ok(0);
  const turn = planTurn(context.db, authority.row.id, madeBy);
  if (authority.row.custody === 'offline') withdrawWaiting(context, authority, turn);
  pace.pageSize ??= FIRST_PAGE[kindOf(signer.signatureAlgorithm)];
  const pages = pagesOf(context.db, turn, pace);
  const began = performance.now();
  const underWay: ReturnType<typeof signStatuses>[] = [];
  const signNextPage = () => {
    // A fact that came meanwhile waits for this turn to end.
    if (newestUnsettled(context.db, turn.authorityId) > turn.newestFact) return;
    if (performance.now() - began > TURN) return;
    const page = pages.next();
    if (page.done) return;
    const signing = signStatuses(context, authority, signer, page.value, now.value);
    // Its rejection is seen when its turn comes; until then it must not count as unhandled.
    signing.catch(() => undefined);
    underWay.push(signing);
  };
  for (let i = 0; i < PAGES_UNDER_WAY; i++) signNextPage();
  let renewed = 0;
  let previous = began;
  for (let signing = underWay.shift(); signing; signing = underWay.shift()) {
    const signed = await signing;
    // What else is under way is dropped: it is due as before.
    if (!signed.ok) return err(signed.error);
    const certificates = signed.value.reduce((sum, { statuses }) => sum + statuses.length, 0);
    const at = performance.now();
    pace.pageSize = nextPageSize(certificates, at - previous);
    previous = at;
    signNextPage();
    storePage(context, turn, signed.value, now.value);
    renewed += certificates;
  }
  return ok(renewed);
}

interface Turn {
  readonly authorityId: number;
  readonly shardBits: number;
  /** Indices among 2^shardBits, the most urgent first. */
  readonly shards: readonly number[];
  /** The newest of those that wait already: they do not hold up the turn. */
  readonly newestFact: number;
}

function planTurn(db: Reader, authorityId: number, madeBy: UnixSeconds): Turn {
  return {
    authorityId,
    shardBits: authorityById(db, authorityId)?.shardBits ?? 0,
    shards: dueShards(db, authorityId, madeBy, SHARDS_A_TURN),
    newestFact: newestUnsettled(db, authorityId),
  };
}

function kindOf(algorithm: SignatureAlgorithm): keyof typeof FIRST_PAGE {
  switch (algorithm) {
    case 'sha256WithRSAEncryption':
    case 'sha384WithRSAEncryption':
      return 'rsa';
    case 'ecdsa-with-SHA256':
    case 'ecdsa-with-SHA384':
      return 'ecdsa';
  }
}

/**
 * The certificates of whole shards, page after page, each with its status on record when the page is
 * asked for: never with that of the answer which it replaces.
 */
function* pagesOf(
  db: Reader,
  { authorityId, shardBits, shards }: Turn,
  pace: Pace,
): Generator<readonly StatusFact[], undefined> {
  let page: StatusFact[] = [];
  for (const shardIndex of shards) {
    page.push(...statusesOfRange(db, authorityId, placesOfShard(shardBits, shardIndex)));
    if (page.length < (pace.pageSize ?? 0)) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
  return undefined;
}

/** One transaction: if we stop after it, what is not stored yet is due as before. */
function storePage(
  context: SignerContext,
  { authorityId }: Turn,
  signed: readonly SignedBatch[],
  now: UnixSeconds,
): void {
  context.db.transaction((tx) => {
    storeWholeShards(tx, authorityId, signed);
    rememberTime(tx, now);
  });
  context.checkpoint('renew: page stored');
}
