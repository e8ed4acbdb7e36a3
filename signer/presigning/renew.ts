import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { deleteEmptyBatches } from '../database/ocsp-table.ts';
import { enqueueShards } from '../database/outbox-table.ts';
import { type DuePage, hasDueResponses, readDuePage } from '../database/renewal-query.ts';
import type { ResponderRow } from '../database/responder-table.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import { ensureResponder } from '../ocsp/responder.ts';
import { type SignedStatuses, signStatuses, storeStatuses } from '../ocsp/sign-statuses.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { turnOf } from '../settlement/settle.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import { renewalThresholds } from './plan.ts';

/**
 * Renews every response of this authority that is due. In turn with settlements, so that a status is
 * never overwritten by an older one; a revocation that waits is let in between two turns.
 * Answers how many certificates were renewed.
 */
export async function renewResponses(
  context: SignerContext,
  authority: ActiveAuthority,
): Promise<Result<number, OperationError>> {
  const now = signingTime(context);
  if (!now.ok) return now;
  let renewed = 0;
  for (const threshold of renewalThresholds(authority.policy, now.value)) {
    const swept = await sweep(context, authority, threshold);
    if (!swept.ok) return swept;
    renewed += swept.value;
  }
  if (renewed > 0) context.db.transaction((tx) => deleteEmptyBatches(tx, authority.row.id));
  return ok(renewed);
}

/** Renews what was made by then, shard after shard, whatever batches it was signed in before. */
async function sweep(
  context: SignerContext,
  authority: ActiveAuthority,
  madeBy: UnixSeconds,
): Promise<Result<number, OperationError>> {
  const turn = turnOf(authority.row.id);
  let renewed = 0;
  let from: DuePage | undefined;
  while (hasDueResponses(context.db, authority.row.id, madeBy)) {
    const round = await context.inTurn(turn, () => renewRound(context, authority, madeBy, from));
    if (!round.ok) return round;
    // Behind us may be something that came due meanwhile: the next call finds it.
    if (round.value.renewed === 0) break;
    renewed += round.value.renewed;
    from = round.value.last;
  }
  return ok(renewed);
}

/**
 * Certificates that are signed and stored together: large where a signature takes microseconds, so
 * that nobody waits for the disk; small where it takes a millisecond and others wait for a page.
 */
const PAGE = { rsa: 128, ecdsa: 2_048 } as const;

/** How many pages one turn takes before others may go: under two seconds of RSA-2048. */
const PAGES_A_TURN = 12;

/** While one page is stored these are being signed: neither the keys nor the disk wait. */
const PAGES_UNDER_WAY = 3;

interface Round {
  readonly renewed: number;
  readonly last: DuePage | undefined;
}

async function renewRound(
  context: SignerContext,
  authority: ActiveAuthority,
  madeBy: UnixSeconds,
  from: DuePage | undefined,
): Promise<Result<Round, OperationError>> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const responder = await ensureResponder(context, authority, now.value);
  if (!responder.ok) return responder;
  const limit = pageSize(responder.value);
  const underWay: ReturnType<typeof signStatuses>[] = [];
  let last = from;
  let pages = 0;
  const signNextPage = () => {
    const { id } = authority.row;
    if (pages === PAGES_A_TURN) return;
    const page = readDuePage(context.db, { authorityId: id, madeBy, after: last, limit });
    if (!page) return;
    last = page;
    pages += 1;
    const signing = signStatuses(context, authority, responder.value, page.statuses, now.value);
    // Its rejection is seen when its turn comes; until then it must not count as unhandled.
    signing.catch(() => undefined);
    underWay.push(signing);
  };
  while (underWay.length < PAGES_UNDER_WAY && pages < PAGES_A_TURN) {
    const before = pages;
    signNextPage();
    if (pages === before) break;
  }
  let renewed = 0;
  for (let signing = underWay.shift(); signing; signing = underWay.shift()) {
    const signed = await signing;
    // What else is under way is dropped: it is due as before.
    if (!signed.ok) return err(signed.error);
    signNextPage();
    storePage(context, authority, signed.value);
    renewed += signed.value.statuses.length;
  }
  return ok({ renewed, last });
}

function pageSize({ signatureAlgorithm }: ResponderRow): number {
  switch (signatureAlgorithm) {
    case 'sha256WithRSAEncryption':
    case 'sha384WithRSAEncryption':
      return PAGE.rsa;
    case 'ecdsa-with-SHA256':
    case 'ecdsa-with-SHA384':
      return PAGE.ecdsa;
  }
}

/** One transaction: if we stop after it, what is not stored yet is due as before. */
function storePage(
  context: SignerContext,
  authority: ActiveAuthority,
  signed: SignedStatuses,
): void {
  context.db.transaction((tx) => {
    enqueueShards(tx, authority.row.id, storeStatuses(tx, signed));
    rememberTime(tx, signed.times.thisUpdate);
  });
  context.checkpoint('renew: page stored');
}
