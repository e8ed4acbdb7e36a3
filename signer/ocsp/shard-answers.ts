import { bytesEqual, compareBytes } from '../../shared/bytes.ts';
import type { CertIDHash, IssuerIdentity } from '../../shared/ocsp/cert-id.ts';
import type { CertStatus, Responder, ResponseTimes } from '../../shared/ocsp/response.ts';
import { BugError } from '../../shared/result.ts';
import type { SerialNumber } from '../../shared/serial-number.ts';
import {
  encodeOCSPShard,
  type ShardBatch,
  type ShardEntry,
} from '../../shared/snapshot/ocsp-shard.ts';
import { type OCSPShard, storedResponseAt } from '../../shared/snapshot/ocsp-shard-reader.ts';
import { type UnixSeconds, unixSeconds } from '../../shared/time.ts';

/** What the answers of one batch have in common. */
export interface AnswerBatch extends ResponseTimes {
  readonly responder: Responder;
}

/** Both signed answers about one certificate, on their way into a shard or from one to another. */
export interface Answer {
  readonly serialNumber: SerialNumber;
  readonly certStatus: CertStatus;
  readonly batch: AnswerBatch;
  /** Packed, over the ResponseData of each CertID hash. */
  readonly signatures: Readonly<Record<CertIDHash, Uint8Array>>;
}

/** Where a shard stands. */
export interface ShardPlace {
  readonly issuer: IssuerIdentity;
  readonly shardBits: number;
  readonly shardIndex: number;
}

export interface EncodedAnswers {
  readonly bytes: Uint8Array;
  /** Those that signed, each with the number of its answers. */
  readonly responders: ReadonlyMap<Responder, number>;
  /** Of the oldest answer. */
  readonly thisUpdate: UnixSeconds;
  /** Of the answer that runs out first. */
  readonly nextUpdate: UnixSeconds;
}

/** The answers of a decoded shard, in its order. */
export function answersOf(shard: OCSPShard): readonly Answer[] {
  const { responders, batches } = shard.header;
  const described = new Map<ResponseTimes, AnswerBatch>();
  for (const batch of batches) {
    const responder = responders[batch.responder];
    if (responder) described.set(batch, { ...timesOf(batch), responder });
  }
  return Array.from(shard.entryOffsets, (_, i) => {
    const stored = storedResponseAt(shard, i);
    const batch = stored && described.get(stored.times);
    if (!batch) throw new BugError('an entry of a decoded shard');
    const { serialNumber, certStatus, signatures } = stored;
    return { serialNumber, certStatus, batch, signatures };
  });
}

function timesOf({ producedAt, thisUpdate, nextUpdate, archiveCutoff }: ResponseTimes) {
  return { producedAt, thisUpdate, nextUpdate, archiveCutoff };
}

/** Both in ascending order of serial number; of two answers about one certificate the newer stays. */
export function mergeAnswers(
  older: readonly Answer[],
  newer: readonly Answer[],
): readonly Answer[] {
  const merged: Answer[] = [];
  let at = 0;
  for (const answer of newer) {
    for (let old = older[at]; old; old = older[++at]) {
      const order = compareBytes(old.serialNumber, answer.serialNumber);
      if (order > 0) break;
      if (order < 0) merged.push(old);
    }
    merged.push(answer);
  }
  merged.push(...older.slice(at));
  return merged;
}

export function sortAnswers(answers: readonly Answer[]): readonly Answer[] {
  return [...answers].sort((a, b) => compareBytes(a.serialNumber, b.serialNumber));
}

/** A shard of these answers, at least one; batches and responders that none of them uses are left out. */
export function encodeAnswers(place: ShardPlace, answers: readonly Answer[]): EncodedAnswers {
  const tables = new ShardTables();
  const entries = answers.map(
    ({ serialNumber, certStatus, batch, signatures }): ShardEntry => ({
      serialNumber,
      certStatus,
      signatures,
      batch: tables.batch(batch),
    }),
  );
  const { responders, batches } = tables;
  return {
    bytes: encodeOCSPShard({ ...place, responders, batches }, entries),
    responders: tables.answersByResponder(),
    thisUpdate: unixSeconds(Math.min(...batches.map(({ thisUpdate }) => thisUpdate))),
    nextUpdate: unixSeconds(Math.min(...batches.map(({ nextUpdate }) => nextUpdate))),
  };
}

/** Collects responders and batches in the order of their first use, each once. */
class ShardTables {
  readonly responders: Responder[] = [];
  readonly batches: ShardBatch[] = [];
  readonly #known = new Map<AnswerBatch, number>();
  /** Answers of each batch. */
  readonly #answers: number[] = [];

  /** Counts an answer of this batch, and says where the batch stands. */
  batch(batch: AnswerBatch): number {
    const index = this.#known.get(batch) ?? this.#add(batch);
    this.#answers[index] = (this.#answers[index] ?? 0) + 1;
    return index;
  }

  answersByResponder(): ReadonlyMap<Responder, number> {
    const counts = new Map<Responder, number>();
    for (const [i, { responder: at }] of this.batches.entries()) {
      const responder = this.responders[at];
      if (responder) counts.set(responder, (counts.get(responder) ?? 0) + (this.#answers[i] ?? 0));
    }
    return counts;
  }

  #add(batch: AnswerBatch): number {
    const responder = this.#responder(batch.responder);
    const { producedAt, thisUpdate, nextUpdate, archiveCutoff } = batch;
    const same = this.batches.findIndex(
      (other) =>
        other.responder === responder &&
        other.producedAt === producedAt &&
        other.thisUpdate === thisUpdate &&
        other.nextUpdate === nextUpdate &&
        other.archiveCutoff === archiveCutoff,
    );
    const index = same >= 0 ? same : this.batches.push({ ...timesOf(batch), responder }) - 1;
    this.#known.set(batch, index);
    return index;
  }

  #responder(responder: Responder): number {
    const { keyHash, certificate } = responder;
    const same = this.responders.findIndex(
      (other) =>
        bytesEqual(other.keyHash, keyHash) &&
        bytesEqual(other.certificate ?? NONE, certificate ?? NONE),
    );
    return same >= 0 ? same : this.responders.push(responder) - 1;
  }
}

const NONE = new Uint8Array(0);
