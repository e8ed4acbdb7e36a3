import { compareBytes } from '../bytes.ts';
import type { CertID, CertIDHash } from '../ocsp/cert-id.ts';
import {
  type CertStatus,
  encodeOCSPResponse,
  encodeResponseData,
  type Responder,
  type ResponseTimes,
} from '../ocsp/response.ts';
import { ok } from '../result.ts';
import { type SerialNumber, serialNumberFromContents } from '../serial-number.ts';
import { placeOf, SHARD_BITS_MAX } from './directory.ts';
import { readIssuerIdentity } from './issuer-identity.ts';
import {
  isSignatureLength,
  readCertStatus,
  SHARD_MAGIC,
  SHARD_MAX_OCTETS,
  type ShardBatch,
  type ShardHeader,
  signatureAlgorithmFromCode,
} from './ocsp-shard.ts';
import { type Decoded, refuse, WireReader } from './wire.ts';

/** A shard, every octet checked; entries stay packed and are read when asked for. */
export interface OCSPShard {
  readonly header: ShardHeader;
  readonly bytes: Uint8Array;
  /** Where each entry begins, in ascending order of serial number. */
  readonly entryOffsets: Uint32Array;
}

/** One certificate's stored answer. */
export interface StoredResponse {
  readonly serialNumber: SerialNumber;
  readonly certStatus: CertStatus;
  readonly times: ResponseTimes;
  readonly responder: Responder;
  readonly signatures: Readonly<Record<CertIDHash, Uint8Array>>;
}

/**
 * Refuses anything but what `encodeOCSPShard` writes: indices out of range, serial numbers out of
 * order or in the wrong shard, windows that end before they begin, trailing octets.
 */
export function decodeOCSPShard(bytes: Uint8Array): Decoded<OCSPShard> {
  if (bytes.length > SHARD_MAX_OCTETS) return refuse('ocsp-shard', 'too large');
  const reader = new WireReader(bytes);
  reader.expectMagic(SHARD_MAGIC);
  const issuer = readIssuerIdentity(reader);
  const shardBits = reader.unsigned(1);
  const shardIndex = reader.unsigned(4);
  if (reader.failed || shardBits > SHARD_BITS_MAX || shardIndex >= 2 ** shardBits) {
    return refuse('ocsp-shard', 'not an OCSP shard');
  }
  const responders = readResponders(reader);
  const batches = responders && readBatches(reader, responders.length);
  if (!responders || !batches) return refuse('ocsp-shard', 'responders or batches malformed');
  const header = { issuer, shardBits, shardIndex, responders, batches };
  const entryOffsets = checkEntries(reader, header);
  if (!entryOffsets) return refuse('ocsp-shard', 'entries malformed');
  return ok({ header, bytes, entryOffsets });
}

function readResponders(reader: WireReader): readonly Responder[] | undefined {
  const responders: Responder[] = [];
  const count = reader.unsigned(1);
  for (let i = 0; i < count; i++) {
    const keyHash = reader.octets(20);
    const signatureAlgorithm = signatureAlgorithmFromCode(reader.unsigned(1));
    const signatureLength = reader.unsigned(2);
    const certificate = reader.octets(reader.unsigned(2));
    if (reader.failed || !signatureAlgorithm) return undefined;
    if (!isSignatureLength(signatureAlgorithm, signatureLength)) return undefined;
    responders.push({
      keyHash,
      signatureAlgorithm,
      signatureLength,
      certificate: certificate.length > 0 ? certificate : null,
    });
  }
  return responders;
}

function readBatches(
  reader: WireReader,
  responderCount: number,
): readonly ShardBatch[] | undefined {
  const batches: ShardBatch[] = [];
  const count = reader.unsigned(2);
  for (let i = 0; i < count; i++) {
    const responder = reader.unsigned(1);
    const producedAt = reader.time();
    const thisUpdate = reader.time();
    const nextUpdate = reader.time();
    const archiveCutoff = reader.timeOrNull();
    if (reader.failed || responder >= responderCount || nextUpdate <= thisUpdate) return undefined;
    batches.push({ responder, producedAt, thisUpdate, nextUpdate, archiveCutoff });
  }
  return batches;
}

function checkEntries(reader: WireReader, header: ShardHeader): Uint32Array | undefined {
  const count = reader.unsigned(2);
  // The shortest entry has 5 octets and two signatures; a count that cannot fit allocates nothing.
  if (reader.failed || count * 5 > reader.remaining) return undefined;
  const offsets = new Uint32Array(count);
  let previous: Uint8Array = new Uint8Array(0);
  for (let i = 0; i < count; i++) {
    offsets[i] = reader.offset;
    const serial = readEntry(reader, header)?.serialNumber;
    if (!serial || compareBytes(previous, serial) >= 0) return undefined;
    if (placeOf(serial, header.shardBits) !== header.shardIndex) return undefined;
    previous = serial;
  }
  return reader.complete ? offsets : undefined;
}

function readEntry(reader: WireReader, header: ShardHeader): StoredResponse | undefined {
  const serialNumber = serialNumberFromContents(reader.octets(reader.unsigned(1)));
  const times = header.batches[reader.unsigned(2)];
  const responder = times && header.responders[times.responder];
  if (!serialNumber.ok || !responder) return undefined;
  const certStatus = readCertStatus(reader);
  const sha1 = reader.octets(responder.signatureLength);
  const sha256 = reader.octets(responder.signatureLength);
  if (reader.failed) return undefined;
  return {
    serialNumber: serialNumber.value,
    certStatus,
    times,
    responder,
    signatures: { sha1, sha256 },
  };
}

/** The entry of this serial number, by binary search; `undefined` when the shard has none. */
export function findStoredResponse(
  shard: OCSPShard,
  serialNumber: SerialNumber,
): StoredResponse | undefined {
  let low = 0;
  let high = shard.entryOffsets.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compareAt(shard, middle, serialNumber);
    if (order === 0) return storedResponseAt(shard, middle);
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

function compareAt(shard: OCSPShard, index: number, serialNumber: SerialNumber): number {
  const offset = shard.entryOffsets[index] ?? 0;
  const length = shard.bytes[offset] ?? 0;
  return compareBytes(shard.bytes.subarray(offset + 1, offset + 1 + length), serialNumber);
}

/** Entry `index` of a decoded shard. */
export function storedResponseAt(shard: OCSPShard, index: number): StoredResponse | undefined {
  const offset = shard.entryOffsets[index];
  if (offset === undefined) return undefined;
  return readEntry(new WireReader(shard.bytes.subarray(offset)), shard.header);
}

/** The exact DER that was signed, with its signature: an OCSPResponse for this CertID hash. */
export function rebuildOCSPResponse(
  shard: OCSPShard,
  stored: StoredResponse,
  hash: CertIDHash,
): Uint8Array {
  const certID: CertID = { hash, ...shard.header.issuer[hash], serialNumber: stored.serialNumber };
  const { responder, times, certStatus } = stored;
  const responseData = encodeResponseData(responder.keyHash, times, { certID, certStatus });
  return encodeOCSPResponse(responseData, responder, stored.signatures[hash]);
}
