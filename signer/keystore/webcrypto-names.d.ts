// The declarations of @peculiar/webcrypto name types of the browser library ("DOM"), which would
// bring `window` and the like into the signer. Here those names mean what node:crypto exports.
import type { webcrypto } from 'node:crypto';

declare global {
  interface Crypto extends webcrypto.Crypto {}
  interface CryptoKey extends webcrypto.CryptoKey {}
  interface SubtleCrypto extends webcrypto.SubtleCrypto {}
  type KeyAlgorithm = webcrypto.KeyAlgorithm;
  type KeyType = webcrypto.KeyType;
  type KeyUsage = webcrypto.KeyUsage;
}
