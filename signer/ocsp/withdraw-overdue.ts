import { bytesEqual } from '../../shared/bytes.ts';
import { retentionCutoffs } from '../../shared/policy/retention.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { SerialNumber } from '../../shared/serial-number.ts';
import { type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import { latestCRLTimes } from '../database/crl-table.ts';
import type { Reader } from '../database/database.ts';
import { findShard, orphanedShards } from '../database/ocsp-shard-table.ts';
import { revokedResponderCertificates } from '../database/responder-table.ts';
import { answeredTooLong, type Withdrawal } from '../database/withdrawal-table.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { canStillSign } from '../presigning/plan.ts';
import { rememberTime, type SignerContext } from '../signer-context.ts';
import { ensureResponder } from './responder.ts';
import { answersOfRow, withdrawAnswers } from './store-shards.ts';

/** Certificates of one step; what is left over waits for the next round. */
const A_ROUND = 2_000;

/** Some hundred certificates each. */
const SHARDS_A_ROUND = 16;

/**
 * Takes back answers whose time is over: of certificates past their retention (RSP-16), and, when
 * nobody can sign better ones, those of a revoked responder. Only in the turn of the authority.
 */
export async function withdrawOverdue(
  context: SignerContext,
  authority: ActiveAuthority,
  now: UnixSeconds,
): Promise<Result<number, OperationError>> {
  const { db } = context;
  const { id } = authority.row;
  // A revoked certificate leaves OCSP after the CRL: while it is listed, both tell it (RSP-24).
  const revoked = latestCRLTimes(db, id)?.keptSince ?? unixSeconds(0);
  const { good } = retentionCutoffs(authority.policy, now);
  const expired = answeredTooLong(db, id, { good, revoked }, A_ROUND);
  withdraw(context, authority, expired, { at: now, why: 'retention' });
  const compromised = (await canBeReplaced(context, authority, now))
    ? []
    : answeredByRevoked(db, id);
  withdraw(context, authority, compromised, { at: now, why: 'no-responder' });
  return ok(expired.length + compromised.length);
}

/** Whether better answers can be signed: one who keeps its key online makes itself a responder. */
async function canBeReplaced(
  context: SignerContext,
  authority: ActiveAuthority,
  now: UnixSeconds,
): Promise<boolean> {
  if (!canStillSign(authority.notAfter, now)) return false;
  if (authority.row.custody === 'online') return true;
  const responder = await ensureResponder(context, authority, now);
  return responder.ok && responder.value !== null;
}

/** Certificates whose stored answers a responder signed that is revoked now: those of some shards. */
function answeredByRevoked(db: Reader, authorityId: number): readonly SerialNumber[] {
  const shards = orphanedShards(db, authorityId, SHARDS_A_ROUND);
  const revoked = shards.length === 0 ? [] : revokedResponderCertificates(db, authorityId);
  return shards.flatMap((shardIndex) => {
    const row = findShard(db, authorityId, shardIndex);
    const answers = row ? answersOfRow(row) : [];
    return answers.flatMap(({ serialNumber, batch }) => {
      const { certificate } = batch.responder;
      const isRevoked = certificate && revoked.some((other) => bytesEqual(other, certificate));
      return isRevoked ? [serialNumber] : [];
    });
  });
}

function withdraw(
  context: SignerContext,
  { row }: ActiveAuthority,
  serialNumbers: readonly SerialNumber[],
  withdrawal: Withdrawal,
): void {
  if (serialNumbers.length === 0) return;
  const { name: authority } = row;
  const { at, why } = withdrawal;
  context.audit.append({ type: 'ocsp-withdrawal', authority, why, count: serialNumbers.length });
  context.db.transaction((tx) => {
    withdrawAnswers(tx, row.id, serialNumbers, withdrawal);
    rememberTime(tx, at);
  });
  context.checkpoint('withdraw: stored');
}
