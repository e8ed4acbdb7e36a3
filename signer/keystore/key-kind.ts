import type { KeyObject } from 'node:crypto';
import type { KeystoreKeyAlgorithm, KeystoreSignatureAlgorithm, PublicKey } from './keystore.ts';

export type DigestName = 'sha1' | 'sha256' | 'sha384';

/** `digest` is null where the scheme hashes by itself (RFC 8032 5.1). */
export interface SigningPlan {
  readonly kind: KeystoreKeyAlgorithm['kind'];
  readonly digest: DigestName | null;
}

/** What a signature algorithm asks of a key. */
export function signingPlan(algorithm: KeystoreSignatureAlgorithm): SigningPlan {
  switch (algorithm) {
    case 'sha1WithRSAEncryption':
      return { kind: 'rsa', digest: 'sha1' };
    case 'sha256WithRSAEncryption':
      return { kind: 'rsa', digest: 'sha256' };
    case 'sha384WithRSAEncryption':
      return { kind: 'rsa', digest: 'sha384' };
    case 'ecdsa-with-SHA256':
      return { kind: 'ec', digest: 'sha256' };
    case 'ecdsa-with-SHA384':
      return { kind: 'ec', digest: 'sha384' };
    case 'Ed25519':
      return { kind: 'ed25519', digest: null };
  }
}

/** Octets of a packed signature: RFC 8017 8.2.1 (k), r || s of two field elements, RFC 8032 5.1.6. */
export function signatureLength(algorithm: KeystoreKeyAlgorithm): number {
  switch (algorithm.kind) {
    case 'rsa':
      return algorithm.modulusLength / 8;
    case 'ec':
      return algorithm.namedCurve === 'P-256' ? 64 : 96;
    case 'ed25519':
      return 64;
  }
}

/** A text for messages and for the `algorithm-unsupported` error. */
export function algorithmText(algorithm: KeystoreKeyAlgorithm): string {
  if (algorithm.kind === 'rsa') return `RSA ${algorithm.modulusLength}`;
  return algorithm.kind === 'ec' ? algorithm.namedCurve : 'Ed25519';
}

/** The public half in the form of the interface; undefined for a key that no policy may ask for. */
export function publicKeyFrom(key: KeyObject): PublicKey | undefined {
  const algorithm = keyAlgorithmOf(key);
  if (algorithm === undefined) return undefined;
  return { spki: new Uint8Array(key.export({ type: 'spki', format: 'der' })), algorithm };
}

function keyAlgorithmOf(key: KeyObject): KeystoreKeyAlgorithm | undefined {
  const { modulusLength, publicExponent, namedCurve } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
      if (publicExponent !== 65537n) return undefined;
      if (modulusLength !== 2048 && modulusLength !== 3072 && modulusLength !== 4096)
        return undefined;
      return { kind: 'rsa', modulusLength };
    case 'ec':
      if (namedCurve === 'prime256v1') return { kind: 'ec', namedCurve: 'P-256' };
      return namedCurve === 'secp384r1' ? { kind: 'ec', namedCurve: 'P-384' } : undefined;
    case 'ed25519':
      return { kind: 'ed25519' };
    default:
      return undefined;
  }
}
