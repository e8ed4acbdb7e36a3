import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { DERReader } from '../../shared/der/reader.ts';
import { TAG } from '../../shared/der/tags.ts';
import type { CertIDHash, IssuerIdentity } from '../../shared/ocsp/cert-id.ts';
import { err, must, ok, type Result } from '../../shared/result.ts';
import type { KeyAlgorithm } from '../../shared/signature-algorithm.ts';

export function sha1(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha1').update(bytes).digest());
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** RFC 5280 4.1: the BIT STRING value of a SubjectPublicKeyInfo, without its unused-bits octet. */
export function keyBits(spki: Uint8Array): Result<Uint8Array, { readonly code: 'spki-malformed' }> {
  const outer = new DERReader(spki);
  const inner = outer.enter(TAG.sequence);
  const algorithm = inner?.enter(TAG.sequence);
  const bits = inner?.contents(TAG.bitString);
  const whole = outer.atEnd() && inner?.atEnd() === true && algorithm !== undefined;
  return whole && bits && bits[0] === 0 ? ok(bits.subarray(1)) : err({ code: 'spki-malformed' });
}

/** RFC 5280 4.2.1.2 method 1, and OCSP's KeyHash (RSP-2): SHA-1 of the key bits. */
export function keyIdentifier(
  spki: Uint8Array,
): Result<Uint8Array, { readonly code: 'spki-malformed' }> {
  const bits = keyBits(spki);
  return bits.ok ? ok(sha1(bits.value)) : bits;
}

/** REQ-14: what CertIDs call the issuer with this subject and key. */
export function issuerIdentity(
  subject: Uint8Array,
  spki: Uint8Array,
): Result<IssuerIdentity, { readonly code: 'spki-malformed' }> {
  const bits = keyBits(spki);
  if (!bits.ok) return bits;
  const hashes = (hash: CertIDHash) => {
    const digest = hash === 'sha1' ? sha1 : sha256;
    return { issuerNameHash: digest(subject), issuerKeyHash: digest(bits.value) };
  };
  return ok({ sha1: hashes('sha1'), sha256: hashes('sha256') });
}

/** The same for an authority, whose key was parsed before it came into the database. */
export function identityOf(authority: {
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
}): IssuerIdentity {
  return must(issuerIdentity(authority.subject, authority.spki), 'key of an authority');
}

export interface ParsedPublicKey {
  readonly key: KeyObject;
  /** null for a kind or size that no policy here can name. */
  readonly algorithm: KeyAlgorithm | null;
  readonly description: string;
}

/** A SubjectPublicKeyInfo as node:crypto reads it. */
export function parsePublicKey(
  spki: Uint8Array,
): Result<ParsedPublicKey, { readonly code: 'spki-malformed' }> {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return err({ code: 'spki-malformed' });
  }
  const details = key.asymmetricKeyDetails;
  const modulusLength = details?.modulusLength;
  if (key.asymmetricKeyType === 'rsa') {
    const known = modulusLength === 2048 || modulusLength === 3072 || modulusLength === 4096;
    const algorithm = known ? ({ kind: 'rsa', modulusLength } as const) : null;
    return ok({ key, algorithm, description: `RSA-${modulusLength}` });
  }
  const namedCurve = { prime256v1: 'P-256', secp384r1: 'P-384' }[details?.namedCurve ?? ''];
  const curve = namedCurve === 'P-256' || namedCurve === 'P-384' ? namedCurve : null;
  const algorithm = curve ? ({ kind: 'ec', namedCurve: curve } as const) : null;
  return ok({ key, algorithm, description: curve ?? String(key.asymmetricKeyType) });
}
