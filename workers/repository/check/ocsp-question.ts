import { sequence } from '../../../shared/der/writer.ts';
import { type CertID, type CertIDHash, encodeCertID } from '../../../shared/ocsp/cert-id.ts';
import { serialNumberFromContents } from '../../../shared/serial-number.ts';
import type { Certificate } from './certificate.ts';
import { digest } from './signature.ts';

const HASH_NAME = { sha1: 'SHA-1', sha256: 'SHA-256' } as const;

/** RFC 6960 4.1.1; `undefined` for a serial number that no CA may use (RFC 5280 4.1.2.2). */
export async function certIDOf(
  certificate: Certificate,
  issuer: Certificate,
  hash: CertIDHash,
): Promise<CertID | undefined> {
  const serialNumber = serialNumberFromContents(certificate.serialNumber);
  if (!serialNumber.ok) return undefined;
  return {
    hash,
    issuerNameHash: await digest(HASH_NAME[hash], issuer.subject),
    issuerKeyHash: await digest(HASH_NAME[hash], issuer.keyBits),
    serialNumber: serialNumber.value,
  };
}

/** RFC 9919 3.1.1: one Request, no extension, no nonce. */
export function encodeOCSPRequest(certID: CertID): Uint8Array {
  return sequence(sequence(sequence(sequence(encodeCertID(certID)))));
}
