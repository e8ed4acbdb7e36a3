import { hexFromBytes } from '../../shared/bytes.ts';
import type { IssuerIdentity } from '../../shared/ocsp/cert-id.ts';
import type { Responder } from '../../shared/ocsp/response.ts';
import { BugError, must } from '../../shared/result.ts';
import type { SerialNumber } from '../../shared/serial-number.ts';
import { placeOf, SHARD_BITS_MAX } from '../../shared/snapshot/directory.ts';
import { SHARD_TARGET_OCTETS } from '../../shared/snapshot/ocsp-shard.ts';
import { decodeOCSPShard } from '../../shared/snapshot/ocsp-shard-reader.ts';
import { authorityById, setShardBits } from '../database/authority-table.ts';
import type { Transaction } from '../database/database.ts';
import {
  deleteShard,
  findShard,
  placesOfShard,
  putShard,
  type ShardRow,
  shardIndices,
} from '../database/ocsp-shard-table.ts';
import { enqueueShards } from '../database/outbox-table.ts';
import { responderIdOf } from '../database/responder-table.ts';
import { clearSnapshotShards } from '../database/snapshot-table.ts';
import { setAnswered, setWithdrawn, type Withdrawal } from '../database/withdrawal-table.ts';
import { identityOf, sha256 } from '../issuance/public-key.ts';
import {
  type Answer,
  answersOf,
  encodeAnswers,
  mergeAnswers,
  sortAnswers,
} from './shard-answers.ts';
import type { SignedBatch } from './sign-statuses.ts';

/** A shard over this size makes its issuer's `shardBits` grow. */
const SHARD_GROWS_AT_OCTETS = SHARD_TARGET_OCTETS + SHARD_TARGET_OCTETS / 2;

/** Puts these answers in the place of those about the same certificates; the others stay as they are. */
export function storeAnswers(
  tx: Transaction,
  authorityId: number,
  signed: readonly SignedBatch[],
): void {
  storeSigned(tx, authorityId, signed, 'entries');
  for (const { statuses } of signed) {
    for (const { serialNumber } of statuses) setAnswered(tx, authorityId, serialNumber);
  }
}

/**
 * Takes the answers about these certificates out of their shards: the edge then answers unauthorized.
 * Without a withdrawal their facts wait, and are answered when they are settled.
 */
export function withdrawAnswers(
  tx: Transaction,
  authorityId: number,
  serialNumbers: readonly SerialNumber[],
  withdrawal: Withdrawal | null,
): void {
  const owner = ownerOf(tx, authorityId);
  const { shardBits } = owner;
  const gone = new Set(serialNumbers.map(hexFromBytes));
  const shards = new Set(serialNumbers.map((serialNumber) => placeOf(serialNumber, shardBits)));
  for (const shardIndex of shards) {
    const row = findShard(tx, authorityId, shardIndex);
    if (!row) continue;
    const left = answersOfRow(row).filter((answer) => !gone.has(hexFromBytes(answer.serialNumber)));
    if (left.length === 0) deleteShard(tx, authorityId, shardIndex);
    else writeShard(tx, owner, shardIndex, left, row.verified);
  }
  for (const serialNumber of serialNumbers) setWithdrawn(tx, authorityId, serialNumber, withdrawal);
  enqueue(tx, owner, shards);
}

/**
 * The same for answers about all certificates of the shards that they are in: what was stored of these is
 * not read again. It may have been split since they were chosen: the parts of a whole shard are whole.
 */
export function storeWholeShards(
  tx: Transaction,
  authorityId: number,
  signed: readonly SignedBatch[],
): void {
  storeSigned(tx, authorityId, signed, 'whole-shards');
}

function storeSigned(
  tx: Transaction,
  authorityId: number,
  signed: readonly SignedBatch[],
  extent: 'entries' | 'whole-shards',
): void {
  const owner = ownerOf(tx, authorityId);
  const { shardBits } = owner;
  const verified = signed.every((batch) => batch.verified === 'verified');
  const changed = new Set<number>();
  let longest = 0;
  for (const [shardIndex, answers] of groupByShard(signed.flatMap(answersOfBatch), shardBits)) {
    const before = extent === 'entries' ? findShard(tx, authorityId, shardIndex) : undefined;
    // Whole shards are read in order; two batches of them are one behind the other.
    const inOrder =
      extent === 'whole-shards' && signed.length === 1 ? answers : sortAnswers(answers);
    const all = before ? mergeAnswers(answersOfRow(before), inOrder) : inOrder;
    const checked = verified && (before?.verified ?? true);
    longest = Math.max(longest, writeShard(tx, owner, shardIndex, all, checked));
    changed.add(shardIndex);
  }
  enqueue(tx, owner, changed);
  if (longest > SHARD_GROWS_AT_OCTETS) growShards(tx, owner, longest);
}

/** An authority with what its shards begin with. */
interface ShardOwner {
  readonly id: number;
  readonly shardBits: number;
  readonly issuer: IssuerIdentity;
}

function ownerOf(tx: Transaction, id: number): ShardOwner {
  const authority = authorityById(tx, id);
  if (!authority) throw new BugError(`no authority ${id}`);
  return { id, shardBits: authority.shardBits, issuer: identityOf(authority) };
}

function enqueue(tx: Transaction, { id, shardBits }: ShardOwner, indices: Iterable<number>): void {
  const places = [...indices].map((index) => placesOfShard(shardBits, index).from);
  enqueueShards(tx, id, new Set(places));
}

function answersOfBatch(signed: SignedBatch): readonly Answer[] {
  const { responder, times, statuses, signatures } = signed;
  const batch = { ...times, responder };
  const length = responder.signatureLength;
  return statuses.map(({ serialNumber, certStatus }, i) => {
    const at = 2 * i * length;
    const sha1 = signatures.subarray(at, at + length);
    const sha256 = signatures.subarray(at + length, at + 2 * length);
    return { serialNumber, certStatus, batch, signatures: { sha1, sha256 } };
  });
}

export function answersOfRow({ bytes }: ShardRow): readonly Answer[] {
  return answersOf(must(decodeOCSPShard(bytes), 'a shard in the database'));
}

function groupByShard(
  answers: readonly Answer[],
  shardBits: number,
): ReadonlyMap<number, readonly Answer[]> {
  const groups = new Map<number, Answer[]>();
  for (const answer of answers) {
    const shardIndex = placeOf(answer.serialNumber, shardBits);
    const group = groups.get(shardIndex);
    if (group) group.push(answer);
    else groups.set(shardIndex, [answer]);
  }
  return groups;
}

/** Answers how many octets it takes. */
function writeShard(
  tx: Transaction,
  owner: ShardOwner,
  shardIndex: number,
  answers: readonly Answer[],
  verified: boolean,
): number {
  const { id, issuer, shardBits } = owner;
  const encoded = encodeAnswers({ issuer, shardBits, shardIndex }, answers);
  const { bytes, thisUpdate, nextUpdate, responders } = encoded;
  const answersBy = answersById(tx, id, responders);
  const hash = sha256(bytes);
  putShard(tx, id, {
    ...{ shardIndex, bytes, hash, verified, thisUpdate, nextUpdate, answersBy },
  });
  return bytes.length;
}

function answersById(
  tx: Transaction,
  authorityId: number,
  responders: ReadonlyMap<Responder, number>,
): ReadonlyMap<number, number> {
  return new Map(
    [...responders].map(([{ certificate }, answers]) => {
      const id = certificate ? responderIdOf(tx, authorityId, certificate) : undefined;
      if (id === undefined) throw new BugError('answers of a responder that is not on record');
      return [id, answers];
    }),
  );
}

/**
 * Splits every shard until none is far over the target; nothing is signed anew. It reads and writes all
 * answers of the authority, which happens when their number has doubled or answers became longer. The
 * next epoch writes the directory of the new shards, all of which are in the outbox.
 */
function growShards(tx: Transaction, owner: ShardOwner, longest: number): void {
  let { shardBits } = owner;
  for (let octets = longest; octets > SHARD_GROWS_AT_OCTETS && shardBits < SHARD_BITS_MAX; ) {
    const steps = Math.max(1, Math.ceil(Math.log2(octets / SHARD_TARGET_OCTETS)));
    const wanted = Math.min(SHARD_BITS_MAX, shardBits + steps);
    octets = splitShards(tx, { ...owner, shardBits }, wanted);
    shardBits = wanted;
  }
  if (shardBits === owner.shardBits) return;
  setShardBits(tx, owner.id, shardBits);
  clearSnapshotShards(tx, owner.id);
  enqueue(tx, { ...owner, shardBits }, shardIndices(tx, owner.id));
}

/** Answers the length of the longest new shard. */
function splitShards(tx: Transaction, owner: ShardOwner, shardBits: number): number {
  let longest = 0;
  const grown = { ...owner, shardBits };
  // From the last: the parts of a shard come to lie behind all those that are still whole.
  for (const shardIndex of [...shardIndices(tx, owner.id)].reverse()) {
    const row = findShard(tx, owner.id, shardIndex);
    if (!row) continue;
    deleteShard(tx, owner.id, shardIndex);
    for (const [part, answers] of groupByShard(answersOfRow(row), shardBits)) {
      longest = Math.max(longest, writeShard(tx, grown, part, answers, row.verified));
    }
  }
  return longest;
}
