import type { CertificateSignatureAlgorithm } from '../../shared/signature-algorithm.ts';

/** Which key signs; the public key is the one that the database recorded when the key was made. */
export interface SigningKey {
  readonly keystore: string;
  readonly label: string;
  readonly spki: Uint8Array;
  readonly algorithm: CertificateSignatureAlgorithm;
}
