import type { KeyAlgorithm } from '../../shared/signature-algorithm.ts';
import type { KeystoreError } from './keystore.ts';

/** Names of the mechanisms that the child may use, and no others. */
export type Pkcs11Mechanism = 'CKM_RSA_PKCS' | 'CKM_ECDSA';

/** RFC 8017 9.2: the DigestInfo of SHA-384 is the longest input. Nothing longer goes to a module. */
export const LONGEST_INPUT = 67;

/** Digests (or DigestInfos) to sign, all of one length, end to end. */
export interface Pkcs11Inputs {
  readonly bytes: Uint8Array;
  readonly inputLength: number;
}

/** What the child can be asked. It never sees a message, a certificate or a passphrase. */
export type Pkcs11Request =
  | {
      readonly type: 'open';
      readonly module: string;
      readonly tokenLabel: string;
      readonly pin: Uint8Array;
    }
  | { readonly type: 'generate'; readonly label: string; readonly algorithm: KeyAlgorithm }
  | { readonly type: 'find'; readonly label: string }
  | {
      readonly type: 'sign';
      readonly label: string;
      readonly mechanism: Pkcs11Mechanism;
      readonly inputs: Pkcs11Inputs;
      readonly signatureLength: number;
    };

/** Attributes of the public object, as the token gave them. */
export type PublicMaterial =
  | { readonly kind: 'rsa'; readonly modulus: Uint8Array; readonly publicExponent: Uint8Array }
  /** CKA_EC_PARAMS and CKA_EC_POINT. */
  | { readonly kind: 'ec'; readonly parameters: Uint8Array; readonly point: Uint8Array };

export type Pkcs11Answer =
  | { readonly type: 'opened' }
  | { readonly type: 'key'; readonly material: PublicMaterial }
  | { readonly type: 'signatures'; readonly bytes: Uint8Array }
  | { readonly type: 'failed'; readonly error: KeystoreError };

/** Requests and answers carry a number, as several may be under way. */
export interface Numbered<T> {
  readonly id: number;
  readonly body: T;
}
