import { LIVE_CERT_IDS_MAX } from '../ocsp/live-request.ts';
import type { CertStatus } from '../ocsp/response.ts';
import { err, ok, type Result } from '../result.ts';
import { type SerialNumber, serialNumberFromContents } from '../serial-number.ts';
import type { UnixSeconds } from '../time.ts';
import { readCertStatus, writeCertStatus } from './ocsp-shard.ts';
import { WireReader, WireWriter } from './wire.ts';

/**
 * What the signer tells an edge of a response that it made on demand (docs/formats.md 14). CertIDs
 * and nonce are those of the request, which the edge has: it rebuilds the ResponseData from its own
 * and verifies the signature, so that an answer to anything else is none.
 */
export interface LiveAnswer {
  /** Of the responder's certificate: where the snapshot has it. */
  readonly responderSerial: SerialNumber;
  readonly responderKeyHash: Uint8Array;
  readonly producedAt: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  /** One for each CertID, in their order. */
  readonly statuses: readonly CertStatus[];
  /** Packed, as shards have them. */
  readonly signature: Uint8Array;
}

const MAGIC = 'INKL';

/** RSA-4096. */
const SIGNATURE_MAX_OCTETS = 512;

/** No answer is longer. */
export const LIVE_ANSWER_MAX_OCTETS = 1024;

export function encodeLiveAnswer(answer: LiveAnswer): Uint8Array {
  const { responderSerial, responderKeyHash, statuses, signature } = answer;
  const writer = new WireWriter()
    .magic(MAGIC)
    .unsigned(responderSerial.length, 1)
    .octets(responderSerial)
    .octets(responderKeyHash, 20)
    .time(answer.producedAt)
    .time(answer.nextUpdate)
    .unsigned(statuses.length, 1);
  for (const status of statuses) writeCertStatus(writer, status);
  return writer.unsigned(signature.length, 2).octets(signature).bytes();
}

export function decodeLiveAnswer(
  bytes: Uint8Array,
): Result<LiveAnswer, { readonly code: 'live-answer-malformed' }> {
  const reader = new WireReader(bytes);
  reader.expectMagic(MAGIC);
  const responderSerial = serialNumberFromContents(reader.octets(reader.unsigned(1)));
  const responderKeyHash = reader.octets(20);
  const producedAt = reader.time();
  const nextUpdate = reader.time();
  const count = reader.unsigned(1);
  if (count < 1 || count > LIVE_CERT_IDS_MAX) reader.fail();
  const statuses: CertStatus[] = [];
  for (let i = 0; i < count && !reader.failed; i++) statuses.push(readCertStatus(reader));
  const signature = reader.octets(reader.unsigned(2));
  const inOrder = nextUpdate > producedAt && signature.length <= SIGNATURE_MAX_OCTETS;
  if (!reader.complete || !responderSerial.ok || !inOrder) {
    return err({ code: 'live-answer-malformed' });
  }
  const serial = responderSerial.value;
  return ok({
    responderSerial: serial,
    responderKeyHash,
    producedAt,
    nextUpdate,
    statuses,
    signature,
  });
}
