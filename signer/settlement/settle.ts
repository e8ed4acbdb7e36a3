import { ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { settleOffline } from '../ceremony/settle-offline.ts';
import { signCRL } from '../crl/sign-crl.ts';
import { authorityById } from '../database/authority-table.ts';
import { type CRLRow, insertCRL, latestCRLTimes } from '../database/crl-table.ts';
import { enqueueFile } from '../database/outbox-table.ts';
import { clearUnsettled, readUnsettled } from '../database/unsettled-table.ts';
import { authorityEnded, hasEnded } from '../issuance/authority-end.ts';
import { type ActiveAuthority, activeAuthority } from '../issuance/issuer.ts';
import { ensureResponder } from '../ocsp/responder.ts';
import { type SettledStatuses, settleStatuses, storeSettled } from '../ocsp/settle-statuses.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { recordCertificatePublications } from '../publisher/certificate-files.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';

/** Facts that one round takes up; what is left over waits for the next. */
const FACTS_A_ROUND = 2_000;

/**
 * Makes the artifacts follow the facts: signs the OCSP responses of every certificate whose status
 * changed and a CRL (CRL-6: after every revocation and every issuance), and stores both with their
 * outbox entries in one transaction. Whatever stops it, the facts stay marked and the next call —
 * after a restart the first thing that happens — does it again.
 */
export function settle(
  context: SignerContext,
  authorityId: number,
): Promise<Result<true, OperationError>> {
  return context.inTurn(turnOf(authorityId), () => settleWhile(context, authorityId, 'facts'));
}

/** The same, and a new CRL in any case. */
export function renewCRL(
  context: SignerContext,
  authorityId: number,
): Promise<Result<true, OperationError>> {
  return context.inTurn(turnOf(authorityId), () => settleWhile(context, authorityId, 'renewal'));
}

/** One settlement or renewal at a time for one authority. */
export function turnOf(authorityId: number): string {
  return `authority ${authorityId}`;
}

async function settleWhile(
  context: SignerContext,
  authorityId: number,
  why: 'facts' | 'renewal',
): Promise<Result<true, OperationError>> {
  for (let round = 0; ; round++) {
    const authority = certifiedAuthority(context, authorityId);
    if (!authority) return ok(true);
    const now = signingTime(context);
    if (!now.ok) return now;
    if (authority.row.custody === 'offline') return settleOffline(context, authority, now.value);
    if (!hasWork(context, authorityId) && !(why === 'renewal' && round === 0)) return ok(true);
    if (hasEnded(authority, now.value)) return authorityEnded(authority);
    const settled = await settleOnce(context, authority, now.value);
    if (!settled.ok) return settled;
  }
}

function certifiedAuthority(context: SignerContext, id: number): ActiveAuthority | undefined {
  const row = authorityById(context.db, id);
  return row && activeAuthority(context, row);
}

/** A CA that was just made has no facts of its own yet, but owes a CRL and a responder. */
function hasWork({ db }: SignerContext, authorityId: number): boolean {
  const isNew = latestCRLTimes(db, authorityId) === undefined;
  return isNew || readUnsettled(db, authorityId, 1).upTo > 0;
}

async function settleOnce(
  context: SignerContext,
  authority: ActiveAuthority,
  begun: UnixSeconds,
): Promise<Result<true, OperationError>> {
  // A responder made here is a fact of its own, so it comes before the facts are read.
  const responder =
    authority.policy.ocsp === null ? null : await ensureResponder(context, authority, begun);
  if (responder && !responder.ok) return responder;
  // Facts that came while a key was made are not of the future.
  const now = signingTime(context);
  if (!now.ok) return now;
  const work = readUnsettled(context.db, authority.row.id, FACTS_A_ROUND);
  const statuses = responder
    ? await settleStatuses(context, authority, responder.value, work.certificates, now.value)
    : null;
  if (statuses && !statuses.ok) return statuses;
  context.checkpoint('settle: statuses signed');
  const crl = await signCRL(context, authority, work.upTo, now.value);
  if (!crl.ok) return crl;
  context.checkpoint('settle: CRL signed');
  storeSettlement(context, authority, statuses?.value ?? null, crl.value, work.upTo, now.value);
  context.checkpoint('settle: stored');
  return ok(true);
}

function storeSettlement(
  context: SignerContext,
  authority: ActiveAuthority,
  statuses: SettledStatuses | null,
  crl: CRLRow,
  upTo: number,
  now: UnixSeconds,
): void {
  context.db.transaction((tx) => {
    const { id } = authority.row;
    if (statuses) storeSettled(tx, authority, statuses, now);
    insertCRL(tx, crl);
    enqueueFile(tx, 'crl', id);
    // OPS-4: the epoch that carries these statuses carries the certificates' files too. What nobody can
    // answer for waits for its answer.
    if (statuses?.outcome !== 'withdrawn')
      recordCertificatePublications(tx, context.policy, id, upTo);
    clearUnsettled(tx, id, upTo);
    rememberTime(tx, now);
  });
}
