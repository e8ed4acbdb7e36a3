import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { encodeSignatureValue } from '../../shared/ocsp/response.ts';
import type { KeystoreSignatureAlgorithm } from '../keystore/keystore.ts';

/** Hash that node:crypto is asked for; Ed25519 takes the message itself. */
const HASH: Readonly<Record<KeystoreSignatureAlgorithm, string | null>> = {
  sha1WithRSAEncryption: 'sha1',
  sha256WithRSAEncryption: 'sha256',
  sha384WithRSAEncryption: 'sha384',
  'ecdsa-with-SHA256': 'sha256',
  'ecdsa-with-SHA384': 'sha384',
  Ed25519: null,
};

export function publicKeyFromSPKI(spki: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
}

/** Checks a packed signature (RSA as it is, ECDSA r || s). */
export function verifyPackedSignature(
  key: KeyObject,
  algorithm: KeystoreSignatureAlgorithm,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  // As DER: node:crypto's ieee-p1363 takes half as long again.
  const value = algorithm === 'Ed25519' ? signature : encodeSignatureValue(algorithm, signature);
  return verify(HASH[algorithm], message, key, value);
}
