import type { KeystoreError } from '../keystore/keystore.ts';
import type { Disagreement } from './second-opinion/disagreement.ts';
import type { VerifyingError } from './verifying-threads.ts';

export type SigningError =
  | {
      readonly code: 'keystore-unknown';
      readonly keystore: string;
      readonly known: readonly string[];
    }
  | { readonly code: 'keystore'; readonly error: KeystoreError }
  | VerifyingError
  /** Live answers wait for everything else, and not for long. */
  | { readonly code: 'door-busy' }
  /** The signature does not verify with the recorded public key: it is thrown away. */
  | { readonly code: 'signature-wrong'; readonly keyLabel: string }
  /** Another parser reads what was signed otherwise than it was meant: it is thrown away. */
  | ({ readonly code: 'artifact-wrong'; readonly artifact: Artifact } & Disagreement);

/** What the door signs besides heads. */
export type Artifact = 'certificate' | 'crl' | 'ocsp' | 'live-ocsp';
