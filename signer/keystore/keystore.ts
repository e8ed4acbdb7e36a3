import type { Result } from '../../shared/result.ts';
import type {
  CertificateSignatureAlgorithm,
  KeyAlgorithm,
} from '../../shared/signature-algorithm.ts';

/**
 * Many messages in one buffer, so that they cross a thread or process boundary as one piece.
 * Message i is `bytes.subarray(ends[i - 1] ?? 0, ends[i])`.
 */
export interface PackedMessages {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
}

/** What a keystore can make: CA and responder keys, and the Ed25519 publication key. */
export type KeystoreKeyAlgorithm = KeyAlgorithm | { readonly kind: 'ed25519' };
export type KeystoreSignatureAlgorithm = CertificateSignatureAlgorithm | 'Ed25519';

export type KeystoreError =
  /** A program, package or device that this keystore needs is missing; `remedy` says what to do. */
  | { readonly code: 'keystore-unavailable'; readonly reason: string; readonly remedy: string }
  | { readonly code: 'passphrase-wrong' }
  | { readonly code: 'pin-incorrect' }
  | { readonly code: 'key-missing'; readonly label: string }
  | { readonly code: 'key-exists'; readonly label: string }
  /** The stored key is not what it must be: bytes damaged, or an attribute that must hold does not. */
  | { readonly code: 'key-unfit'; readonly label: string; readonly reason: string }
  | { readonly code: 'algorithm-unsupported'; readonly algorithm: string }
  | { readonly code: 'signing-failed'; readonly reason: string };

export interface PublicKey {
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly algorithm: KeystoreKeyAlgorithm;
}

/**
 * Holds private keys; neither a key nor its passphrase or PIN ever leaves through this interface.
 * Only `signer/signing/` and the composition roots may hold one.
 *
 * Signatures are in packed form, always the same length for one key: RSA the modulus length,
 * ECDSA r || s each padded to the field length, Ed25519 64 octets.
 */
export interface Keystore {
  /** Makes a new key; refuses a label that is in use. It is on disk (or in the token) when this returns. */
  generateKey(
    label: string,
    algorithm: KeystoreKeyAlgorithm,
  ): Promise<Result<PublicKey, KeystoreError>>;
  publicKey(label: string): Promise<Result<PublicKey, KeystoreError>>;
  sign(
    label: string,
    algorithm: KeystoreSignatureAlgorithm,
    message: Uint8Array,
  ): Promise<Result<Uint8Array, KeystoreError>>;
  /** Signatures in the order of the messages, concatenated. All or none. Uses every core it was given. */
  signMany(
    label: string,
    algorithm: KeystoreSignatureAlgorithm,
    messages: PackedMessages,
  ): Promise<Result<Uint8Array, KeystoreError>>;
  /** Ends threads and child processes; the keystore is unusable afterwards. */
  close(): Promise<void>;
}
