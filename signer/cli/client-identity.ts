import { createPrivateKey, type KeyObject } from 'node:crypto';
import { bytesEqual } from '../../shared/bytes.ts';
import { DERReader } from '../../shared/der/reader.ts';
import { contextTag, TAG } from '../../shared/der/tags.ts';
import { objectIdentifier } from '../../shared/der/writer.ts';

/** With what a person connects: PEM texts, the key decrypted, or a PKCS#12 file as TLS takes it. */
export type ClientIdentity =
  | { readonly kind: 'pem'; readonly certificate: string; readonly key: KeyObject }
  | { readonly kind: 'pkcs12'; readonly pfx: Uint8Array; readonly passphrase: Uint8Array };

/** Whether the text holds a key that a passphrase opens: PKCS#8 (RFC 7468 11), or the older form. */
export function isEncryptedKey(pem: string): boolean {
  return pem.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----') || pem.includes('4,ENCRYPTED');
}

/** undefined: not a private key, or another passphrase opens it; OpenSSL does not tell the two apart. */
export function openKey(pem: string, passphrase: Uint8Array | null): KeyObject | undefined {
  try {
    return createPrivateKey(
      passphrase === null ? pem : { key: pem, passphrase: Buffer.from(passphrase) },
    );
  } catch {
    return undefined;
  }
}

/**
 * The key with which the person signs what is more than a connection, such as an approval. Of a PKCS#12 file
 * whose parts are not as RFC 7292 4.2.2 has one shrouded key, DER: undefined.
 */
export function signingKeyOf(identity: ClientIdentity): KeyObject | undefined {
  if (identity.kind === 'pem') return identity.key;
  const shrouded = shroudedKeys(identity.pfx);
  const [encrypted] = shrouded;
  if (encrypted === undefined || shrouded.length > 1) return undefined;
  try {
    const key = Buffer.from(encrypted);
    const passphrase = Buffer.from(identity.passphrase);
    return createPrivateKey({ key, format: 'der', type: 'pkcs8', passphrase });
  } catch {
    return undefined;
  }
}

const ID_DATA = objectIdentifier('1.2.840.113549.1.7.1');
const PKCS8_SHROUDED_KEY_BAG = objectIdentifier('1.2.840.113549.1.12.10.1.2');

/**
 * RFC 7292 4: PFX { version, authSafe ContentInfo of id-data { AuthenticatedSafe }, macData }. The
 * EncryptedPrivateKeyInfo of each shrouded key bag in a part that is not encrypted itself; OpenSSL opens it.
 */
function shroudedKeys(pfx: Uint8Array): readonly Uint8Array[] {
  const outer = new DERReader(pfx).enter(TAG.sequence);
  const version = outer?.integer();
  const safe = version && outer && dataOf(outer);
  const parts = safe && new DERReader(safe).enter(TAG.sequence);
  if (!parts) return [];
  const keys: Uint8Array[] = [];
  while (!parts.atEnd()) {
    const der = parts.whole(TAG.sequence);
    if (!der) return [];
    const contents = dataOf(new DERReader(der));
    if (contents) keys.push(...keysOfBags(contents));
  }
  return keys;
}

/** ContentInfo ::= SEQUENCE { contentType, content [0] EXPLICIT }; of id-data the OCTET STRING's octets. */
function dataOf(reader: DERReader): Uint8Array | undefined {
  const info = reader.enter(TAG.sequence);
  const type = info?.whole(TAG.objectIdentifier);
  if (!type || !bytesEqual(type, ID_DATA)) return undefined;
  return info?.enter(contextTag(0))?.contents(TAG.octetString);
}

/** SafeBag ::= SEQUENCE { bagId, bagValue [0] EXPLICIT, bagAttributes OPTIONAL } */
function keysOfBags(safeContents: Uint8Array): readonly Uint8Array[] {
  const bags = new DERReader(safeContents).enter(TAG.sequence);
  const keys: Uint8Array[] = [];
  while (bags && !bags.atEnd()) {
    const bag = bags.enter(TAG.sequence);
    const id = bag?.whole(TAG.objectIdentifier);
    const value = bag?.enter(contextTag(0));
    if (!id || !value) return [];
    if (!bytesEqual(id, PKCS8_SHROUDED_KEY_BAG)) continue;
    const key = value.whole(TAG.sequence);
    if (key) keys.push(key);
  }
  return keys;
}
