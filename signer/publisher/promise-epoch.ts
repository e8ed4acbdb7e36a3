import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { SHARD_BITS_MAX } from '../../shared/snapshot/directory.ts';
import { encodeHeadText, encodeSignedHead } from '../../shared/snapshot/head.ts';
import { SHARD_TARGET_OCTETS } from '../../shared/snapshot/ocsp-shard.ts';
import { addSeconds, type Seconds, type UnixSeconds } from '../../shared/time.ts';
import { activeAuthorities, setShardBits } from '../database/authority-table.ts';
import { issuedBySerial } from '../database/certificate-table.ts';
import type { Transaction } from '../database/database.ts';
import { insertPromisedEpoch, latestEpoch } from '../database/epoch-table.ts';
import { setVerified } from '../database/ocsp-table.ts';
import { clearOutbox } from '../database/outbox-table.ts';
import {
  clearSnapshotShards,
  putSnapshotFile,
  putSnapshotPage,
  putSnapshotShard,
} from '../database/snapshot-table.ts';
import { markUnsettled } from '../database/unsettled-table.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import { signingProblem } from '../signing/signing-problem.ts';
import { buildEpochCandidate, type EpochCandidate, type EpochExtent } from './epoch-candidate.ts';
import type { GateRefusal } from './gate-refusal.ts';
import type { PublicationSigner } from './publication-key.ts';
import { checkEpoch } from './publish-gate.ts';

/** A shard over this size makes its issuer's `shardBits` grow. */
const SHARD_GROWS_AT_OCTETS = SHARD_TARGET_OCTETS + SHARD_TARGET_OCTETS / 2;

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
  const candidate = buildCandidate(context, extent);
  const gate = checkEpoch(context.db, candidate, now.value);
  if (!gate.ok) {
    context.audit.append({
      type: 'epoch-refused',
      rule: gate.error.rule,
      reason: gate.error.reason,
    });
    if (gate.error.signAgain) signAgain(context, gate.error.signAgain);
    return gate;
  }
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
  const note = encodeSignedHead(text, signer.key, signature.value);
  context.audit.append({
    type: 'epoch-promised',
    epoch: head.epoch,
    rootSha256: hexFromBytes(head.rootHash),
  });
  storePromise(context, candidate, { ...head, note, headHash: sha256(text) });
  context.checkpoint('epoch: promised');
  return ok(head.epoch);
}

/** A signature that does not verify is made again by the next settlement, and the epoch tried again. */
function signAgain(
  { db }: SignerContext,
  { authorityId, serialNumber }: NonNullable<GateRefusal['signAgain']>,
): void {
  const certificate = issuedBySerial(db, serialNumber).find(
    (row) => row.authorityId === authorityId,
  );
  if (certificate) db.transaction((tx) => markUnsettled(tx, authorityId, certificate.id));
}

/** Grows `shardBits` until no changed shard is far over the target, then builds once more. */
function buildCandidate(context: SignerContext, extent: EpochExtent): EpochCandidate {
  const reshard = new Map<number, number>();
  if (extent === 'everything') {
    for (const { id, shardBits } of activeAuthorities(context.db)) reshard.set(id, shardBits);
  }
  for (;;) {
    const authorities = activeAuthorities(context.db).map((row) => ({
      ...row,
      shardBits: reshard.get(row.id) ?? row.shardBits,
    }));
    const candidate = buildEpochCandidate(context, authorities, new Set(reshard.keys()), extent);
    const tooLarge = candidate.shards.filter(
      ({ bytes, authority }) =>
        bytes !== null &&
        bytes.length > SHARD_GROWS_AT_OCTETS &&
        authority.shardBits < SHARD_BITS_MAX,
    );
    if (tooLarge.length === 0) return candidate;
    for (const { authority, bytes } of tooLarge) {
      const steps = Math.ceil(Math.log2((bytes?.length ?? 0) / SHARD_TARGET_OCTETS));
      const wanted = Math.min(authority.shardBits + Math.max(1, steps), SHARD_BITS_MAX);
      reshard.set(authority.id, Math.max(wanted, reshard.get(authority.id) ?? 0));
    }
  }
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
    for (const file of candidate.files) putSnapshotFile(tx, file);
    clearOutbox(tx, candidate.upTo);
    insertPromisedEpoch(
      tx,
      { number: epoch.epoch, rootHash, headHash, note, time, expires },
      candidate.blobs,
    );
    rememberTime(tx, time);
  });
}

function storeDirectories(tx: Transaction, candidate: EpochCandidate): void {
  for (const id of candidate.resharded) clearSnapshotShards(tx, id);
  for (const { authority, shardIndex, hash, responses } of candidate.shards) {
    if (candidate.resharded.has(authority.id)) setShardBits(tx, authority.id, authority.shardBits);
    putSnapshotShard(tx, authority.id, { shardIndex, hash });
    // The gate verified what was not verified when it was signed.
    const verifiedNow = responses.filter(({ verified }) => !verified);
    for (const response of verifiedNow) setVerified(tx, authority.id, response);
  }
  for (const { authorityId, pageIndex, hash } of candidate.pages) {
    putSnapshotPage(tx, authorityId, pageIndex, hash);
  }
}
