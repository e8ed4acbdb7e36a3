import { asciiBytes, concatBytes } from '../../shared/bytes.ts';
import { must } from '../../shared/result.ts';
import type { PublicationKey } from '../../shared/snapshot/head.ts';
import { keyBits, sha256 } from '../issuance/public-key.ts';

/** The Ed25519 key that signs heads, where it lives, and its C2SP form. */
export interface PublicationSigner {
  readonly keystore: string;
  readonly label: string;
  readonly spki: Uint8Array;
  readonly key: PublicationKey;
}

/** C2SP signed-note: key hash = SHA-256(name || 0x0A || 0x01 || public key), first four octets. */
export function publicationKey(name: string, spki: Uint8Array): PublicationKey {
  const publicKey = must(keyBits(spki), 'publication key');
  const digest = sha256(concatBytes([asciiBytes(`${name}\n`), Uint8Array.of(0x01), publicKey]));
  return { name, keyHash: digest.subarray(0, 4), publicKey };
}
