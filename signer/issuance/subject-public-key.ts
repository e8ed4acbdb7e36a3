import { bytesEqual } from '../../shared/bytes.ts';
import { OID } from '../../shared/der/oids.ts';
import { DERReader } from '../../shared/der/reader.ts';
import { TAG } from '../../shared/der/tags.ts';
import { derNull, objectIdentifier } from '../../shared/der/writer.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { KeyAlgorithm } from '../../shared/signature-algorithm.ts';
import { bitLength, integerFromBytes } from './big-integer.ts';

export interface RSASubjectKey {
  readonly kind: 'rsa';
  readonly modulus: bigint;
  /** Bits of the modulus, at most MODULUS_MAX_BITS. */
  readonly modulusLength: number;
  readonly publicExponent: bigint;
}

export interface ECSubjectKey {
  readonly kind: 'ec';
  readonly namedCurve: 'P-256' | 'P-384';
  readonly x: bigint;
  readonly y: bigint;
}

/** What no profile can ask for; nothing is computed with it. */
export interface OtherSubjectKey {
  readonly kind: 'other';
  readonly description: string;
}

/** The numbers of a SubjectPublicKeyInfo (RFC 5280 4.1.2.7), not yet judged. */
export type SubjectPublicKey = RSASubjectKey | ECSubjectKey | OtherSubjectKey;

export interface SubjectPublicKeyError {
  readonly code: 'spki-refused';
  readonly reason: string;
}

/** Twice what any profile asks for; a longer one is only named. */
export const MODULUS_MAX_BITS = 8192;

const RSA = objectIdentifier(OID.rsaEncryption);
const EC = objectIdentifier(OID['id-ecPublicKey']);

const CURVES = [
  { namedCurve: 'P-256', oid: objectIdentifier(OID.secp256r1), octets: 32 },
  { namedCurve: 'P-384', oid: objectIdentifier(OID.secp384r1), octets: 48 },
] as const;

const OTHERS: readonly (readonly [oid: Uint8Array, description: string])[] = [
  [objectIdentifier('1.2.840.113549.1.1.10'), 'RSASSA-PSS'],
  [objectIdentifier('1.2.840.10040.4.1'), 'DSA'],
  [objectIdentifier('1.3.101.112'), 'Ed25519'],
  [objectIdentifier('1.3.101.113'), 'Ed448'],
  [objectIdentifier('1.3.132.0.35'), 'P-521'],
];

/**
 * One key has one encoding here, or CSR-5 would take a second one for another key: rsaEncryption with
 * NULL and minimal INTEGERs (RFC 3279 2.3.1), a named curve (RFC 5480 2.1.1: never explicit parameters)
 * with an uncompressed point (RFC 5480 2.2). Reads only; whether the point is on its curve and the
 * modulus is sound are the requirements of lint/key.
 */
export function decodeSubjectPublicKey(
  spki: Uint8Array,
): Result<SubjectPublicKey, SubjectPublicKeyError> {
  const outer = new DERReader(spki);
  const fields = outer.enter(TAG.sequence);
  const algorithm = fields?.enter(TAG.sequence);
  const oid = algorithm?.whole(TAG.objectIdentifier);
  const bits = fields?.contents(TAG.bitString);
  if (!outer.atEnd() || !fields?.atEnd() || !algorithm || !oid || bits?.[0] !== 0)
    return refuse('the SubjectPublicKeyInfo is not DER');
  const key = bits.subarray(1);
  if (bytesEqual(oid, RSA)) return decodeRSA(algorithm, key);
  if (bytesEqual(oid, EC)) return decodeEC(algorithm, key);
  return ok(other(oid, 'a key of an algorithm that no profile names'));
}

function decodeRSA(
  algorithm: DERReader,
  key: Uint8Array,
): Result<SubjectPublicKey, SubjectPublicKeyError> {
  const parameters = algorithm.whole(TAG.null);
  if (!parameters || !bytesEqual(parameters, derNull) || !algorithm.atEnd())
    return refuse('the parameters of rsaEncryption are not NULL (RFC 3279 2.3.1)');
  const outer = new DERReader(key);
  const fields = outer.enter(TAG.sequence);
  const modulus = positive(fields?.integer());
  const publicExponent = positive(fields?.integer());
  if (!modulus || !publicExponent || !fields?.atEnd() || !outer.atEnd())
    return refuse('the RSAPublicKey is not two positive INTEGERs in DER (RFC 8017 A.1.1)');
  const modulusLength = bitLength(modulus);
  if (modulusLength > MODULUS_MAX_BITS)
    return ok({ kind: 'other', description: `RSA-${modulusLength}` });
  return ok({ kind: 'rsa', modulus, modulusLength, publicExponent });
}

function decodeEC(
  algorithm: DERReader,
  point: Uint8Array,
): Result<SubjectPublicKey, SubjectPublicKeyError> {
  const oid = algorithm.whole(TAG.objectIdentifier);
  if (!oid || !algorithm.atEnd())
    return refuse('the curve is not named by an OID (RFC 5480 2.1.1)');
  const curve = CURVES.find((candidate) => bytesEqual(candidate.oid, oid));
  if (!curve) return ok(other(oid, 'a key on a curve that no profile names'));
  const { namedCurve, octets } = curve;
  if (point[0] !== 4 || point.length !== 1 + 2 * octets)
    return refuse(
      'the point is not uncompressed (RFC 5480 2.2), or not of the length of its curve',
    );
  const x = integerFromBytes(point.subarray(1, 1 + octets));
  const y = integerFromBytes(point.subarray(1 + octets));
  return ok({ kind: 'ec', namedCurve, x, y });
}

function other(oid: Uint8Array, unknown: string): OtherSubjectKey {
  const known = OTHERS.find(([candidate]) => bytesEqual(candidate, oid));
  return { kind: 'other', description: known?.[1] ?? unknown };
}

/** null for zero, a negative number or none. */
function positive(contents: Uint8Array | undefined): bigint | null {
  if (!contents || (contents[0] ?? 0x80) >= 0x80) return null;
  return integerFromBytes(contents) || null;
}

/** null for what no policy can name. */
export function keyAlgorithmOf(key: SubjectPublicKey): KeyAlgorithm | null {
  if (key.kind === 'ec') return { kind: 'ec', namedCurve: key.namedCurve };
  const modulusLength = key.kind === 'rsa' ? key.modulusLength : 0;
  if (modulusLength !== 2048 && modulusLength !== 3072 && modulusLength !== 4096) return null;
  return { kind: 'rsa', modulusLength };
}

/** As error messages name it, such as `RSA-3072` or `P-256`. */
export function subjectKeyText(key: SubjectPublicKey): string {
  if (key.kind === 'rsa') return `RSA-${key.modulusLength}`;
  return key.kind === 'ec' ? key.namedCurve : key.description;
}

function refuse(reason: string): Result<never, SubjectPublicKeyError> {
  return err({ code: 'spki-refused', reason });
}
