import { bytesEqual } from '../../shared/bytes.ts';
import { SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import type { SignatureAlgorithm } from '../../shared/signature-algorithm.ts';

const SAFE: Readonly<Record<SignatureAlgorithm, Uint8Array>> = {
  sha256WithRSAEncryption: SIGNATURE_ALGORITHM_DER.sha256WithRSAEncryption,
  sha384WithRSAEncryption: SIGNATURE_ALGORITHM_DER.sha384WithRSAEncryption,
  'ecdsa-with-SHA256': SIGNATURE_ALGORITHM_DER['ecdsa-with-SHA256'],
  'ecdsa-with-SHA384': SIGNATURE_ALGORITHM_DER['ecdsa-with-SHA384'],
};

/** The signature algorithms of CP 7.1.3 and ECDSA, octet for octet; SHA-1 is not among them. */
export function isSafeAlgorithm(der: Uint8Array): boolean {
  return Object.values(SAFE).some((known) => bytesEqual(known, der));
}
