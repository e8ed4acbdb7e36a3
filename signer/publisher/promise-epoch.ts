import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { encodeHeadText, encodeSignedNote } from '../../shared/snapshot/head.ts';
import { addSeconds, type Seconds, type UnixSeconds } from '../../shared/time.ts';
import { insertAuditWitness } from '../database/audit-witness-table.ts';
import {
  type AuthorityRow,
  activeAuthorities,
  authorityById,
} from '../database/authority-table.ts';
import { setPublicationEpoch } from '../database/certificate-publication-table.ts';
import type { Transaction } from '../database/database.ts';
import { insertPromisedEpoch, latestEpoch } from '../database/epoch-table.ts';
import { setShardDue, setShardVerified } from '../database/ocsp-shard-table.ts';
import { clearOutbox } from '../database/outbox-table.ts';
import { setRequestEpoch } from '../database/revocation-due-table.ts';
import {
  deleteSnapshotFile,
  putSnapshotFile,
  putSnapshotFilePages,
  putSnapshotPage,
  putSnapshotShard,
} from '../database/snapshot-table.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import { signingProblem } from '../signing/signing-problem.ts';
import { storeDocumentChanges } from './document-files.ts';
import { buildEpochCandidate, type EpochCandidate } from './epoch-candidate.ts';
import { type GateRefusal, refuseEpoch } from './gate-refusal.ts';
import { storeIssuedLists } from './issued-pages.ts';
import type { EpochExtent } from './issuer-directory.ts';
import type { PublicationSigner } from './publication-key.ts';
import { checkEpoch } from './publish-gate.ts';
import { findWrongAnswers } from './signature-gate.ts';

/**
 * Builds the next epoch from the outbox, lets the gate judge it, signs its head and records it: from
 * here on it is promised and goes out whatever happens. A refused epoch changes nothing.
 */
export async function promiseEpoch(
  context: SignerContext,
  signer: PublicationSigner,
  headLifetime: Seconds,
  extent: EpochExtent,
): Promise<Result<number, OperationError>> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const candidate = buildEpochCandidate(context, activeAuthorities(context.db), extent, now.value);
  const judged = await judge(context, candidate, now.value);
  if (!judged.ok) return judged;
  const previous = latestEpoch(context.db);
  const head = {
    origin: signer.key.name,
    epoch: (previous?.number ?? 0) + 1,
    rootHash: candidate.rootHash,
    previousHash: previous?.headHash ?? new Uint8Array(32),
    time: now.value,
    expires: addSeconds(now.value, headLifetime),
  };
  const text = encodeHeadText(head);
  const signature = await context.door.signHead(signer.keystore, signer.label, signer.spki, text);
  if (!signature.ok) return err(signingProblem(signature.error));
  context.checkpoint('epoch: head signed');
  const note = encodeSignedNote(text, signer.key, signature.value);
  context.audit.append({
    type: 'epoch-promised',
    epoch: head.epoch,
    rootSha256: hexFromBytes(head.rootHash),
  });
  storePromise(context, candidate, { ...head, note, headHash: sha256(text) });
  context.checkpoint('epoch: promised');
  return ok(head.epoch);
}

/**
 * The facts first, as they are at the moment the candidate was put together, and then, in threads, the
 * signatures that nobody has checked yet.
 */
async function judge(
  context: SignerContext,
  candidate: EpochCandidate,
  now: UnixSeconds,
): Promise<Result<true, OperationError>> {
  const facts = checkEpoch(context, candidate, now);
  if (!facts.ok) return refused(context, facts.error);
  const wrong = await findWrongAnswers(context.door, candidate);
  if (!wrong.ok) return wrong;
  const [first] = wrong.value;
  if (!first) return ok(true);
  // They are made again by the next renewal, and then the epoch is tried again.
  context.db.transaction((tx) => {
    for (const shard of wrong.value) setShardDue(tx, shard.authorityId, shard.shardIndex);
  });
  const reason = `the response for ${first.serialNumber} does not verify`;
  return refused(context, refuseEpoch('signature', reason).error);
}

function refused({ audit }: SignerContext, refusal: GateRefusal): Result<never, GateRefusal> {
  audit.append({ type: 'epoch-refused', rule: refusal.rule, reason: refusal.reason });
  return err(refusal);
}

function storePromise(
  context: SignerContext,
  candidate: EpochCandidate,
  epoch: {
    readonly epoch: number;
    readonly rootHash: Uint8Array;
    readonly headHash: Uint8Array;
    readonly note: Uint8Array;
    readonly time: UnixSeconds;
    readonly expires: UnixSeconds;
  },
): void {
  const { rootHash, headHash, note, time, expires } = epoch;
  context.db.transaction((tx) => {
    storeDirectories(tx, candidate);
    for (const path of candidate.removed) deleteSnapshotFile(tx, path);
    for (const file of candidate.files) putSnapshotFile(tx, file);
    const { pageCount, changedPages } = candidate.filePages;
    putSnapshotFilePages(tx, pageCount, changedPages);
    clearOutbox(tx, candidate.upTo);
    insertPromisedEpoch(
      tx,
      { number: epoch.epoch, rootHash, headHash, note, time, expires },
      candidate.blobs,
    );
    const witness = { epoch: epoch.epoch, ...candidate.audit };
    insertAuditWitness(tx, witness, candidate.root, time);
    setRequestEpoch(tx, candidate.revocationRequests, epoch.epoch);
    setPublicationEpoch(tx, candidate.certificatesUpTo, epoch.epoch);
    storeIssuedLists(tx, candidate.issued);
    storeDocumentChanges(tx, candidate.documents, { number: epoch.epoch, time });
    rememberTime(tx, time);
  });
}

function storeDirectories(tx: Transaction, candidate: EpochCandidate): void {
  // Shards that were split while the head was signed: all of them wait in the outbox for the next epoch.
  const isSplit = ({ id, shardBits }: AuthorityRow) =>
    authorityById(tx, id)?.shardBits !== shardBits;
  const split = new Set(candidate.authorities.filter(isSplit).map(({ id }) => id));
  for (const shard of candidate.shards) {
    const { authority, shardIndex, hash, verified } = shard;
    if (split.has(authority.id)) continue;
    putSnapshotShard(tx, authority.id, { shardIndex, hash });
    // The gate verified what was not verified when it was signed.
    if (!verified) setShardVerified(tx, authority.id, shard);
  }
  for (const { authorityId, pageIndex, hash } of candidate.pages) {
    if (!split.has(authorityId)) putSnapshotPage(tx, authorityId, pageIndex, hash);
  }
}
