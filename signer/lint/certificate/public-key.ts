import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import { derFault } from '../der/canonical.ts';
import { dottedFromContents } from '../der/object-identifier.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';

/** What a SubjectPublicKeyInfo says of its key, without doing sums. */
type PublicKeyField =
  | { readonly kind: 'rsa'; readonly modulusLength: number; readonly exponent: Uint8Array }
  | { readonly kind: 'ec'; readonly namedCurve: string };

const CURVES = new Map<string, { readonly name: string; readonly pointOctets: number }>([
  [OID.secp256r1, { name: 'P-256', pointOctets: 65 }],
  [OID.secp384r1, { name: 'P-384', pointOctets: 97 }],
  ['1.3.132.0.35', { name: 'P-521', pointOctets: 133 }],
]);

/** RFC 3279 2.3.1, RFC 5480 2.1: the key, or why it is none that a policy can name. */
function readKey(spki: Uint8Array): PublicKeyField | string {
  const fields = new DERReader(spki).enter(TAG.sequence);
  const algorithm = fields?.enter(TAG.sequence);
  const oid = algorithm?.objectIdentifier();
  const bits = fields?.octetAlignedBits();
  if (!algorithm || !oid || !bits || !fields?.atEnd()) return 'no SubjectPublicKeyInfo';
  switch (dottedFromContents(oid)) {
    case OID.rsaEncryption:
      return readRSA(algorithm, bits);
    case OID['id-ecPublicKey']:
      return readEC(algorithm, bits);
    default:
      return `a key of ${dottedFromContents(oid)}`;
  }
}

function readRSA(algorithm: DERReader, bits: Uint8Array): PublicKeyField | string {
  const parameters = algorithm.contents(TAG.null);
  if (parameters?.length !== 0 || !algorithm.atEnd()) return 'RSA without NULL parameters';
  const fault = derFault(bits);
  const key = new DERReader(bits).enter(TAG.sequence);
  const modulus = key?.integer();
  const exponent = key?.integer();
  if (fault !== null || !modulus || !exponent || !key?.atEnd()) return 'no RSAPublicKey';
  const significant = modulus[0] === 0 ? modulus.subarray(1) : modulus;
  if ((modulus[0] ?? 0x80) >= 0x80 || ((modulus.at(-1) ?? 0) & 1) === 0)
    return 'a modulus that is negative or even';
  const modulusLength = 8 * significant.length - Math.clz32(significant[0] ?? 0) + 24;
  return { kind: 'rsa', modulusLength, exponent };
}

function readEC(algorithm: DERReader, point: Uint8Array): PublicKeyField | string {
  const oid = algorithm.objectIdentifier();
  const curve = oid && CURVES.get(dottedFromContents(oid));
  if (!curve || !algorithm.atEnd()) return 'EC parameters that name no curve known here';
  if (point[0] !== 4 || point.length !== curve.pointOctets) return 'an EC point that is compressed';
  return { kind: 'ec', namedCurve: curve.name };
}

/** CSR-6: from 2^16 + 1 to 2^256 - 1, odd. */
function exponentFault(exponent: Uint8Array): string | null {
  // 2^256 - 1 takes 32 octets and one for the sign; numbers of three octets begin at 2^16.
  const positive = (exponent[0] ?? 0x80) < 0x80;
  const significant = exponent[0] === 0 ? exponent.length - 1 : exponent.length;
  const fits = positive && significant >= 3 && significant <= 32;
  return fits && ((exponent.at(-1) ?? 0) & 1) === 1
    ? null
    : 'an RSA exponent that is not odd from 2^16 + 1 to 2^256 - 1';
}

/** The kind and size of key that the profile asks for. */
export const publicKeyRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-4',
  source: 'CSBR 6.1.5, 6.1.6; CP 7.1.3; RFC 3279 2.3; RFC 5480 2.1.1',
  level: 'error',
  check: ({ fields, profile }) => {
    const key = readKey(fields.spki);
    if (typeof key === 'string') return key;
    const fault = key.kind === 'rsa' ? exponentFault(key.exponent) : null;
    if (fault !== null || profile === null) return fault;
    const asked = profile.key.value;
    const found = key.kind === 'rsa' ? `RSA-${key.modulusLength}` : key.namedCurve;
    const allowed =
      asked.kind === 'rsa'
        ? asked.modulusLengths.map((length) => `RSA-${length}`)
        : asked.namedCurves.map(String);
    return allowed.includes(found)
      ? null
      : `${found} where the profile asks for ${allowed.join(' or ')}`;
  },
};
