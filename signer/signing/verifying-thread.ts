import { type KeyObject, X509Certificate } from 'node:crypto';
import { CERT_ID_HASHES } from '../../shared/ocsp/cert-id.ts';
import { encodeResponseData, type Responder } from '../../shared/ocsp/response.ts';
import { must } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import {
  decodeOCSPShard,
  type OCSPShard,
  type StoredResponse,
  storedResponseAt,
} from '../../shared/snapshot/ocsp-shard-reader.ts';
import { answerJobs } from '../answering-thread.ts';
import { verifyPackedSignature } from './verify-signature.ts';

export interface VerifyingJob {
  /** `encodeOCSPShard`. */
  readonly shard: Uint8Array;
}

export interface VerifyingAnswer {
  /** A certificate whose answer does not verify (hexadecimal); null when all do. */
  readonly wrong: string | null;
}

/** Every signature over what the edge will rebuild, with the key in the responder's certificate. */
function wrongAnswer({ shard }: VerifyingJob): VerifyingAnswer {
  const decoded = must(decodeOCSPShard(shard), 'a shard that was decoded before');
  const keys = new Map<Responder, KeyObject>();
  for (const responder of decoded.header.responders) {
    if (responder.certificate)
      keys.set(responder, new X509Certificate(responder.certificate).publicKey);
  }
  for (let i = 0; i < decoded.entryOffsets.length; i++) {
    const stored = storedResponseAt(decoded, i);
    if (stored && !verifies(decoded, stored, keys.get(stored.responder)))
      return { wrong: serialNumberText(stored.serialNumber) };
  }
  return { wrong: null };
}

function verifies(shard: OCSPShard, stored: StoredResponse, key: KeyObject | undefined): boolean {
  const { responder, times, certStatus, serialNumber, signatures } = stored;
  return CERT_ID_HASHES.every((hash) => {
    const certID = { hash, ...shard.header.issuer[hash], serialNumber };
    const tbs = encodeResponseData(responder.keyHash, times, { certID, certStatus });
    return (
      key !== undefined &&
      verifyPackedSignature(key, responder.signatureAlgorithm, tbs, signatures[hash])
    );
  });
}

answerJobs(wrongAnswer);
