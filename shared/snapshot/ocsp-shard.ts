import { compareBytes } from '../bytes.ts';
import { CERT_ID_HASHES, type CertIDHash, type IssuerIdentity } from '../ocsp/cert-id.ts';
import type { CertStatus, Responder, ResponseTimes } from '../ocsp/response.ts';
import { crlReasonFromNumber } from '../policy/crl-reasons.ts';
import { BugError } from '../result.ts';
import type { SerialNumber } from '../serial-number.ts';
import type { SignatureAlgorithm } from '../signature-algorithm.ts';
import { unixSeconds } from '../time.ts';
import { writeIssuerIdentity } from './issuer-identity.ts';
import { type WireReader, WireWriter } from './wire.ts';

/** Responses that share everything but their certificate: one responder, one moment. */
export interface ShardBatch extends ResponseTimes {
  /** Index into `responders`. */
  readonly responder: number;
}

/** What the shard holds of one certificate. */
export interface ShardEntry {
  readonly serialNumber: SerialNumber;
  /** Index into `batches`. */
  readonly batch: number;
  readonly certStatus: CertStatus;
  /** Packed signatures over the ResponseData of each CertID hash. */
  readonly signatures: Readonly<Record<CertIDHash, Uint8Array>>;
}

/** What an OCSP shard says once for all its entries. */
export interface ShardHeader {
  readonly issuer: IssuerIdentity;
  readonly shardBits: number;
  readonly shardIndex: number;
  readonly responders: readonly Responder[];
  readonly batches: readonly ShardBatch[];
}

export const SHARD_MAGIC = 'INKS';

/** What `shardBits` aims at; a shard of this size takes a cold isolate one KV read. */
export const SHARD_TARGET_OCTETS = 65_536;

/** A decoder refuses more: far over the target, far under what an isolate can hold. */
export const SHARD_MAX_OCTETS: number = 4 << 20;

const ALGORITHM_CODE: Readonly<Record<SignatureAlgorithm, number>> = {
  sha256WithRSAEncryption: 1,
  sha384WithRSAEncryption: 2,
  'ecdsa-with-SHA256': 3,
  'ecdsa-with-SHA384': 4,
};

export function signatureAlgorithmFromCode(code: number): SignatureAlgorithm | undefined {
  switch (code) {
    case 1:
      return 'sha256WithRSAEncryption';
    case 2:
      return 'sha384WithRSAEncryption';
    case 3:
      return 'ecdsa-with-SHA256';
    case 4:
      return 'ecdsa-with-SHA384';
    default:
      return undefined;
  }
}

/** RSA 2048 to 4096 in whole 64 octets, or r || s of P-256 or P-384. */
export function isSignatureLength(algorithm: SignatureAlgorithm, length: number): boolean {
  switch (algorithm) {
    case 'sha256WithRSAEncryption':
    case 'sha384WithRSAEncryption':
      return length >= 256 && length <= 512 && length % 64 === 0;
    case 'ecdsa-with-SHA256':
    case 'ecdsa-with-SHA384':
      return length === 64 || length === 96;
  }
}

/** Entries are put in ascending order of serial number; two of one serial number are a bug. */
export function encodeOCSPShard(header: ShardHeader, entries: readonly ShardEntry[]): Uint8Array {
  const writer = new WireWriter().magic(SHARD_MAGIC);
  writeIssuerIdentity(writer, header.issuer);
  writer.unsigned(header.shardBits, 1).unsigned(header.shardIndex, 4);
  writer.unsigned(header.responders.length, 1);
  for (const responder of header.responders) writeResponder(writer, responder);
  writer.unsigned(header.batches.length, 2);
  for (const batch of header.batches) writeBatch(writer, batch);
  writer.unsigned(entries.length, 2);
  const sorted = [...entries].sort((a, b) => compareBytes(a.serialNumber, b.serialNumber));
  sorted.forEach((entry, i) => {
    const before = sorted[i - 1];
    if (before && compareBytes(before.serialNumber, entry.serialNumber) === 0) {
      throw new BugError('two shard entries of one serial number');
    }
    writeEntry(writer, header, entry);
  });
  return writer.bytes();
}

function writeResponder(writer: WireWriter, responder: Responder): void {
  const certificate = responder.certificate ?? new Uint8Array(0);
  writer.octets(responder.keyHash, 20);
  writer.unsigned(ALGORITHM_CODE[responder.signatureAlgorithm], 1);
  writer.unsigned(responder.signatureLength, 2);
  writer.unsigned(certificate.length, 2).octets(certificate);
}

function writeBatch(writer: WireWriter, batch: ShardBatch): void {
  writer.unsigned(batch.responder, 1).time(batch.producedAt);
  writer.time(batch.thisUpdate).time(batch.nextUpdate).time(batch.archiveCutoff);
}

function writeEntry(writer: WireWriter, header: ShardHeader, entry: ShardEntry): void {
  const { certStatus, serialNumber, signatures } = entry;
  const batch = header.batches[entry.batch];
  const responder = batch && header.responders[batch.responder];
  if (!responder) throw new BugError('shard entry without batch or responder');
  writer.unsigned(serialNumber.length, 1).octets(serialNumber).unsigned(entry.batch, 2);
  writeCertStatus(writer, certStatus);
  for (const hash of CERT_ID_HASHES) writer.octets(signatures[hash], responder.signatureLength);
}

export function writeCertStatus(writer: WireWriter, certStatus: CertStatus): void {
  if (certStatus.status === 'good') writer.unsigned(0, 1);
  else writer.unsigned(certStatus.revocationReason, 1).time(certStatus.revocationTime);
}

/** One octet: 0 is good, else the CRLReason of CP 7.2.2 and six octets of revocationTime. */
export function readCertStatus(reader: WireReader): CertStatus {
  const code = reader.unsigned(1);
  if (code === 0) return { status: 'good' };
  const revocationReason = crlReasonFromNumber(code);
  const revocationTime = reader.time();
  if (revocationReason) return { status: 'revoked', revocationTime, revocationReason };
  reader.fail();
  return { status: 'revoked', revocationTime: unixSeconds(0), revocationReason: 1 };
}
