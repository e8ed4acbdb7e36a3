import { createHash } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { hexFromBytes } from '../../shared/bytes.ts';
import { DERReader } from '../../shared/der/reader.ts';
import { TAG } from '../../shared/der/tags.ts';

/** What the seen keys are found by, straight from DER that was verified before it was recorded. */

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** RFC 2986 4.1: subjectPKInfo of a CertificationRequest. */
export function spkiOfRequest(der: Uint8Array): Uint8Array | null {
  const info = new DERReader(der).enter(TAG.sequence)?.enter(TAG.sequence);
  const subject = info?.integer() && info.whole(TAG.sequence);
  return (subject && info?.whole(TAG.sequence)) ?? null;
}

function keyOctets(spki: Uint8Array): Uint8Array {
  const fields = new DERReader(spki).enter(TAG.sequence);
  const bits = fields?.enter(TAG.sequence) && fields.contents(TAG.bitString);
  return bits?.subarray(1) ?? new Uint8Array(0);
}

/** The modulus of an RSAPublicKey (RFC 8017 A.1.1), big-endian without leading zeros; null for another key. */
export function modulusOfSPKI(spki: Uint8Array): Uint8Array | null {
  const modulus = new DERReader(keyOctets(spki)).enter(TAG.sequence)?.integer();
  if (!modulus || modulus.length < 2) return null;
  return modulus[0] === 0 ? modulus.subarray(1) : modulus;
}

/**
 * SHA-256 of the modulus, or of the x-coordinate of an uncompressed point, without leading zeros: one for all keys of which
 * one private half gives the others (another exponent; the negative point). null for other keys.
 */
export function fingerprintOfSPKI(spki: Uint8Array): Uint8Array | null {
  const modulus = modulusOfSPKI(spki);
  if (modulus) return sha256(modulus);
  const point = keyOctets(spki);
  if (point[0] !== 4) return null;
  const x = point.subarray(1, (point.length + 1) / 2);
  return sha256(x.subarray(x.findIndex((octet) => octet !== 0)));
}

/** What `openssl-vulnkey` looks up: ten octets; null for a key that is not RSA. */
export function opensslVulnkeyOfSPKI(spki: Uint8Array): Uint8Array | null {
  const modulus = modulusOfSPKI(spki);
  if (!modulus) return null;
  const text = `Modulus=${hexFromBytes(modulus).toUpperCase()}\n`;
  return new Uint8Array(createHash('sha1').update(text).digest().subarray(10));
}

/** For migrations. */
export function registerKeyFunctions(sqlite: DatabaseSync): void {
  const register = (name: string, of: (bytes: Uint8Array) => Uint8Array | null) =>
    sqlite.function(name, { deterministic: true }, (bytes: SQLOutputValue) =>
      bytes instanceof Uint8Array ? of(bytes) : null,
    );
  register('request_spki', spkiOfRequest);
  register('key_fingerprint', fingerprintOfSPKI);
  register('openssl_vulnkey', opensslVulnkeyOfSPKI);
  register('rsa_modulus', modulusOfSPKI);
  register('sha256', sha256);
}
