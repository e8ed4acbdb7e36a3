import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { crlReasonFromNumber } from '../../shared/policy/crl-reasons.ts';
import { BugError, must } from '../../shared/result.ts';
import { serialNumberFromContents } from '../../shared/serial-number.ts';
import type { SignatureAlgorithm } from '../../shared/signature-algorithm.ts';
import { placeOf, SHARD_BITS_MAX } from '../../shared/snapshot/directory.ts';
import {
  encodeOCSPShard,
  SHARD_TARGET_OCTETS,
  type ShardBatch,
  type ShardEntry,
  type ShardHeader,
} from '../../shared/snapshot/ocsp-shard.ts';
import { decodeOCSPShard, storedResponseAt } from '../../shared/snapshot/ocsp-shard-reader.ts';
import { unixSeconds } from '../../shared/time.ts';
import { issuerIdentity, keyIdentifier, sha256 } from '../issuance/public-key.ts';

/**
 * What SQL cannot say and the numbered migrations ask for. As fixed as they are: a later schema has
 * nothing to do with them.
 */
export function addMigrationFunctions(sqlite: DatabaseSync): void {
  // 0002: the place among shards of contents octets of a serial number.
  sqlite.function('place_of', { deterministic: true }, (serial, bits) =>
    placeOf(octets(serial), Number(bits)),
  );
  // 0004
  sqlite.function('sha256', { deterministic: true }, (bytes) => sha256(octets(bytes)));
  sqlite.function('shard_bits_for', { deterministic: true }, (bits, total) =>
    shardBitsFor(Number(bits), Number(total)),
  );
  let shard = new ShardOfRows();
  sqlite.aggregate<number>('ocsp_shard', {
    start: () => {
      shard = new ShardOfRows();
      return 0;
    },
    step: (_, ...row) => shard.add(row),
    result: () => shard.encode(),
    varargs: true,
  });
  // 0009: how many answers of a shard the responder with this certificate signed.
  sqlite.function('answers_by', { deterministic: true }, (shard, certificate) =>
    answersBy(octets(shard), octets(certificate)),
  );
}

function answersBy(bytes: Uint8Array, certificate: Uint8Array): number {
  const shard = must(decodeOCSPShard(bytes), 'a shard in the database');
  const mine = Buffer.from(certificate);
  return Array.from(shard.entryOffsets, (_, i) => storedResponseAt(shard, i)).filter((stored) =>
    mine.equals(stored?.responder.certificate ?? NONE),
  ).length;
}

const NONE = new Uint8Array(0);

function octets(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new BugError('a migration expects octets');
}

/** Enough shards for answers of so many octets, as the publisher would have come to. */
function shardBitsFor(bits: number, total: number): number {
  if (total <= SHARD_TARGET_OCTETS * 1.5 * 2 ** bits) return bits;
  return Math.min(SHARD_BITS_MAX, Math.ceil(Math.log2(total / SHARD_TARGET_OCTETS)));
}

const time = (value: SQLOutputValue | undefined) => unixSeconds(Number(value));

/** Rows of `ocsp_response` joined with batch, responder and authority, put into one shard. */
class ShardOfRows {
  #header: (ShardHeader & { readonly responders: ShardHeader['responders'][number][] }) | undefined;
  readonly #batches: ShardBatch[] = [];
  readonly #batchAt = new Map<number, number>();
  readonly #certificates: Uint8Array[] = [];
  readonly #entries: ShardEntry[] = [];

  /** Answers how many there are. */
  add(row: readonly SQLOutputValue[]): number {
    const [subject, spki, shardBits, shardIndex] = row;
    this.#header ??= {
      issuer: must(issuerIdentity(octets(subject), octets(spki)), 'key of an authority'),
      shardBits: Number(shardBits),
      shardIndex: Number(shardIndex),
      responders: [],
      batches: this.#batches,
    };
    const [serial, reason, revocationTime, sha1Signature, sha256Signature] = row.slice(12);
    const revocationReason = crlReasonFromNumber(Number(reason));
    return this.#entries.push({
      serialNumber: must(serialNumberFromContents(octets(serial)), 'serial number'),
      batch: this.#batch(this.#header.responders, row),
      certStatus: revocationReason
        ? { status: 'revoked', revocationReason, revocationTime: time(revocationTime) }
        : { status: 'good' },
      signatures: { sha1: octets(sha1Signature), sha256: octets(sha256Signature) },
    });
  }

  /** Batches and responders in the order of their first use. */
  #batch(responders: ShardHeader['responders'][number][], row: readonly SQLOutputValue[]): number {
    const [id, producedAt, thisUpdate, nextUpdate, archiveCutoff] = row.slice(7);
    const known = this.#batchAt.get(Number(id));
    if (known !== undefined) return known;
    const [spki, certificate, algorithm] = row.slice(4);
    const mine = Buffer.from(octets(certificate));
    let responder = this.#certificates.findIndex((other) => mine.equals(other));
    if (responder < 0) {
      responder = this.#certificates.push(mine) - 1;
      responders.push({
        keyHash: must(keyIdentifier(octets(spki)), 'key of a responder'),
        signatureAlgorithm: String(algorithm) as SignatureAlgorithm,
        signatureLength: octets(row[15]).length,
        certificate: mine,
      });
    }
    this.#batches.push({
      responder,
      producedAt: time(producedAt),
      thisUpdate: time(thisUpdate),
      nextUpdate: time(nextUpdate),
      archiveCutoff: archiveCutoff === null ? null : time(archiveCutoff),
    });
    this.#batchAt.set(Number(id), this.#batches.length - 1);
    return this.#batches.length - 1;
  }

  encode(): Uint8Array | null {
    return this.#header ? encodeOCSPShard(this.#header, this.#entries) : null;
  }
}
