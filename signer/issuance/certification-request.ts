import { type KeyObject, verify } from 'node:crypto';
import { CertificationRequest } from '@peculiar/asn1-csr';
import { AsnConvert } from '@peculiar/asn1-schema';
import { bytesEqual } from '../../shared/bytes.ts';
import { OID } from '../../shared/der/oids.ts';
import { DERReader } from '../../shared/der/reader.ts';
import { contextTag, TAG } from '../../shared/der/tags.ts';
import { objectIdentifier } from '../../shared/der/writer.ts';
import { keyAlgorithmText } from '../../shared/policy/certificate-policy.ts';
import type { KeyRequirement } from '../../shared/policy/profiles.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { KeyAlgorithm } from '../../shared/signature-algorithm.ts';
import { keyBits, parsePublicKey, sha256 } from './public-key.ts';

/** What is taken over from a PKCS#10 request: its subject and key, and nothing it asks for (CSR-4). */
export interface VerifiedRequest {
  readonly der: Uint8Array;
  /** SHA-256 of the DER: the fingerprint of CP 3.2.1 (CSR-2). */
  readonly sha256: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly spkiSha256: Uint8Array;
  readonly key: KeyAlgorithm;
}

export interface RequestError {
  readonly code: 'request-refused';
  readonly check: string;
  readonly reason: string;
}

function refuse(
  check: string,
  reason: string,
): { readonly ok: false; readonly error: RequestError } {
  return err({ code: 'request-refused', check, reason });
}

/** A CSR of an RSA-4096 key has 1.7 kB. */
export const REQUEST_MAX_OCTETS = 16_384;

const NESTING_MAX = 12;

interface Parts {
  readonly info: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * CertificationRequest of RFC 2986 4: strict DER, version 0, attributes present (CSR-1), the
 * signature made with the key inside and not with MD5 or SHA-1 (CSR-3), the key as the profile asks.
 * Attributes are checked for form and then forgotten.
 */
export function verifyCertificationRequest(
  der: Uint8Array,
  requirement: KeyRequirement,
): Result<VerifiedRequest, RequestError> {
  if (der.length > REQUEST_MAX_OCTETS)
    return refuse('CSR-1', `longer than ${REQUEST_MAX_OCTETS} octets`);
  const parts = splitRequest(der);
  if (!parts.ok) return parts;
  const { info, subject, spki, signatureAlgorithm, signature } = parts.value;
  const publicKey = parsePublicKey(spki);
  if (!publicKey.ok) return refuse('CSR-1', 'the public key cannot be read');
  const { key, algorithm, description } = publicKey.value;
  if (!algorithm || !isAllowed(algorithm, requirement)) {
    return refuse(
      'CRT-4',
      `the key is ${description}; the profile asks for ${requirementText(requirement)}`,
    );
  }
  const exponent = key.asymmetricKeyDetails?.publicExponent;
  if (exponent !== undefined && !isAcceptableExponent(exponent)) {
    return refuse(
      'CSR-6',
      `the RSA exponent ${exponent} is not an odd number from 65537 to 2^256 - 1`,
    );
  }
  if (!isOnlyEncoding(key, spki))
    return refuse('CSR-1', 'the public key is not in DER, or its point is compressed');
  const possession = checkPossession(info, signatureAlgorithm, signature, key);
  if (!possession.ok) return possession;
  return ok({
    der,
    sha256: sha256(der),
    subject,
    spki,
    spkiSha256: sha256(spki),
    key: algorithm,
  });
}

function splitRequest(der: Uint8Array): Result<Parts, RequestError> {
  const outer = new DERReader(der);
  if (!new DERReader(der).skip(NESTING_MAX)) return refuse('CSR-1', 'not strict DER');
  const request = outer.enter(TAG.sequence);
  const info = request?.whole(TAG.sequence);
  const signatureAlgorithm = request?.whole(TAG.sequence);
  const bits = request?.contents(TAG.bitString);
  if (!request?.atEnd() || !outer.atEnd() || !info || !signatureAlgorithm || bits?.[0] !== 0) {
    return refuse('CSR-1', 'not a CertificationRequest, or octets after its end');
  }
  const fields = new DERReader(info).enter(TAG.sequence);
  const version = fields?.integer();
  if (version?.length !== 1 || version[0] !== 0)
    return refuse('CSR-1', 'the version is not 0 (RFC 2986 4.1)');
  const subject = fields?.whole(TAG.sequence);
  const spki = fields?.whole(TAG.sequence);
  const attributes = fields?.whole(contextTag(0));
  if (!subject || !spki) return refuse('CSR-1', 'subject or public key is missing');
  if (!attributes || !fields?.atEnd())
    return refuse('CSR-1', 'attributes [0] are missing (RFC 2986 4.1)');
  if (!reencodesToItself(der))
    return refuse('CSR-1', 'not DER: it encodes differently when written again');
  return ok({ info, subject, spki, signatureAlgorithm, signature: bits.subarray(1) });
}

/** A second parser's opinion: what @peculiar/asn1-csr reads, it must write back octet for octet. */
function reencodesToItself(der: Uint8Array): boolean {
  try {
    const parsed = AsnConvert.parse(der, CertificationRequest);
    return bytesEqual(new Uint8Array(AsnConvert.serialize(parsed)), der);
  } catch {
    return false;
  }
}

interface AcceptedSignature {
  readonly oid: Uint8Array;
  readonly kind: 'rsa' | 'ec';
  readonly hash: string;
}

const ACCEPTED_SIGNATURES: readonly AcceptedSignature[] = [
  { oid: objectIdentifier(OID.sha256WithRSAEncryption), kind: 'rsa', hash: 'sha256' },
  { oid: objectIdentifier(OID.sha384WithRSAEncryption), kind: 'rsa', hash: 'sha384' },
  { oid: objectIdentifier('1.2.840.113549.1.1.13'), kind: 'rsa', hash: 'sha512' },
  { oid: objectIdentifier(OID['ecdsa-with-SHA256']), kind: 'ec', hash: 'sha256' },
  { oid: objectIdentifier(OID['ecdsa-with-SHA384']), kind: 'ec', hash: 'sha384' },
  { oid: objectIdentifier('1.2.840.10045.4.3.4'), kind: 'ec', hash: 'sha512' },
];

/**
 * One key has one encoding here, or CSR-5 would take a second one for another key: RFC 3279 2.3.1
 * for RSA, an uncompressed point (RFC 5480 2.2) for EC.
 */
function isOnlyEncoding(key: KeyObject, spki: Uint8Array): boolean {
  const bits = keyBits(spki);
  if (!bits.ok || (key.asymmetricKeyType === 'ec' && bits.value[0] !== 4)) return false;
  return bytesEqual(new Uint8Array(key.export({ format: 'der', type: 'spki' })), spki);
}

/** CSBR 6.1.6: odd; from 2^16 + 1 to 2^256 - 1. */
function isAcceptableExponent(exponent: bigint): boolean {
  return exponent >= 65_537n && exponent < 2n ** 256n && exponent % 2n === 1n;
}

function checkPossession(
  info: Uint8Array,
  signatureAlgorithm: Uint8Array,
  signature: Uint8Array,
  key: KeyObject,
): Result<true, RequestError> {
  const oid = new DERReader(signatureAlgorithm).enter(TAG.sequence)?.whole(TAG.objectIdentifier);
  const accepted = ACCEPTED_SIGNATURES.find((candidate) => oid && bytesEqual(candidate.oid, oid));
  if (!accepted)
    return refuse('CSR-3', 'signed with an algorithm other than RSA or ECDSA with SHA-2');
  if (accepted.kind !== key.asymmetricKeyType)
    return refuse('CSR-1', 'the signature algorithm is not one of the key inside');
  const signed = verify(accepted.hash, info, key, signature);
  return signed
    ? ok(true)
    : refuse('CSR-1', 'the signature was not made with the key inside (CP 3.2.1)');
}

function isAllowed(algorithm: KeyAlgorithm, requirement: KeyRequirement): boolean {
  if (algorithm.kind === 'rsa') {
    return (
      requirement.kind === 'rsa' && requirement.modulusLengths.includes(algorithm.modulusLength)
    );
  }
  return requirement.kind === 'ec' && requirement.namedCurves.includes(algorithm.namedCurve);
}

function requirementText(requirement: KeyRequirement): string {
  return requirement.kind === 'rsa'
    ? requirement.modulusLengths
        .map((modulusLength) => keyAlgorithmText({ kind: 'rsa', modulusLength }))
        .join(' or ')
    : requirement.namedCurves.join(' or ');
}
