import { type KeyObject, verify } from 'node:crypto';
import { CertificationRequest } from '@peculiar/asn1-csr';
import { AsnConvert } from '@peculiar/asn1-schema';
import { bytesEqual } from '../../shared/bytes.ts';
import { OID } from '../../shared/der/oids.ts';
import { DERReader } from '../../shared/der/reader.ts';
import { contextTag, TAG } from '../../shared/der/tags.ts';
import { derNull, objectIdentifier, sequence } from '../../shared/der/writer.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { parsePublicKey } from './public-key.ts';
import { decodeSubjectPublicKey, type SubjectPublicKey } from './subject-public-key.ts';

/** CertificationRequest of RFC 2986 4, its parts as they stand in the DER. Attributes are forgotten (CSR-4). */
export interface DecodedRequest {
  readonly der: Uint8Array;
  readonly info: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  readonly key: SubjectPublicKey;
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
}

/** `check` is the rule that refuses, `clause` where it stands, `reason` what was found. */
export interface RequestError {
  readonly code: 'request-refused';
  readonly check: string;
  readonly clause: string;
  readonly reason: string;
}

export const FORM_CLAUSE = 'CP 3.2.1; RFC 2986 4';

function refuse(reason: string): { readonly ok: false; readonly error: RequestError } {
  return err({ code: 'request-refused', check: 'CSR-1', clause: FORM_CLAUSE, reason });
}

/** A CSR of an RSA-4096 key has 1.7 kB. */
export const REQUEST_MAX_OCTETS = 16_384;

const NESTING_MAX = 12;

/**
 * Strict DER, version 0, attributes present (CSR-1), one encoding for each key. Bounded: nothing is
 * computed with the key, nothing recurses deeper than NESTING_MAX, nothing longer is read.
 */
export function decodeCertificationRequest(der: Uint8Array): Result<DecodedRequest, RequestError> {
  if (der.length > REQUEST_MAX_OCTETS) return refuse(`longer than ${REQUEST_MAX_OCTETS} octets`);
  const parts = splitRequest(der);
  if (!parts.ok) return parts;
  const key = decodeSubjectPublicKey(parts.value.spki);
  if (!key.ok) return refuse(key.error.reason);
  return ok({ der, ...parts.value, key: key.value });
}

type Parts = Omit<DecodedRequest, 'der' | 'key'>;

function splitRequest(der: Uint8Array): Result<Parts, RequestError> {
  const outer = new DERReader(der);
  if (!new DERReader(der).skip(NESTING_MAX)) return refuse('not strict DER');
  const request = outer.enter(TAG.sequence);
  const info = request?.whole(TAG.sequence);
  const signatureAlgorithm = request?.whole(TAG.sequence);
  const bits = request?.contents(TAG.bitString);
  if (!request?.atEnd() || !outer.atEnd() || !info || !signatureAlgorithm || bits?.[0] !== 0) {
    return refuse('not a CertificationRequest, or octets after its end');
  }
  const fields = new DERReader(info).enter(TAG.sequence);
  const version = fields?.integer();
  if (version?.length !== 1 || version[0] !== 0)
    return refuse('the version is not 0 (RFC 2986 4.1)');
  const subject = fields?.whole(TAG.sequence);
  const spki = fields?.whole(TAG.sequence);
  const attributes = fields?.whole(contextTag(0));
  if (!subject || !spki) return refuse('subject or public key is missing');
  if (!attributes || !fields?.atEnd()) return refuse('attributes [0] are missing (RFC 2986 4.1)');
  if (!reencodesToItself(der)) return refuse('not DER: it encodes differently when written again');
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

export interface AcceptedSignature {
  /** The whole AlgorithmIdentifier: the signature does not cover it, so only one form is taken. */
  readonly der: Uint8Array;
  readonly kind: 'rsa' | 'ec';
  readonly hash: string;
}

/** RFC 8017 A.2.4: parameters NULL; RFC 5758 3.2: none. */
const rsa = (oid: string) => sequence(objectIdentifier(oid), derNull);
const ec = (oid: string) => sequence(objectIdentifier(oid));

const ACCEPTED_SIGNATURES: readonly AcceptedSignature[] = [
  { der: rsa(OID.sha256WithRSAEncryption), kind: 'rsa', hash: 'sha256' },
  { der: rsa(OID.sha384WithRSAEncryption), kind: 'rsa', hash: 'sha384' },
  { der: rsa('1.2.840.113549.1.1.13'), kind: 'rsa', hash: 'sha512' },
  { der: ec(OID['ecdsa-with-SHA256']), kind: 'ec', hash: 'sha256' },
  { der: ec(OID['ecdsa-with-SHA384']), kind: 'ec', hash: 'sha384' },
  { der: ec('1.2.840.10045.4.3.4'), kind: 'ec', hash: 'sha512' },
];

/** CSR-3: RSA or ECDSA with SHA-2; never MD2, MD4, MD5 or SHA-1. */
export function acceptedSignature(signatureAlgorithm: Uint8Array): AcceptedSignature | undefined {
  return ACCEPTED_SIGNATURES.find(({ der }) => bytesEqual(der, signatureAlgorithm));
}

/**
 * CP 3.2.1: null when the request was signed with the key inside, else what is wrong. For keys whose
 * size, exponent and point are within bounds only.
 */
export function possessionProblem(request: DecodedRequest): string | null {
  const accepted = acceptedSignature(request.signatureAlgorithm);
  if (!accepted) return 'the signature cannot be verified: its algorithm is not accepted';
  if (accepted.kind !== request.key.kind)
    return 'the signature algorithm is not one of the key inside';
  const publicKey = parsePublicKey(request.spki);
  if (!publicKey.ok) return 'the public key cannot be read';
  return isSignature(accepted.hash, request.info, publicKey.value.key, request.signature)
    ? null
    : 'the signature was not made with the key inside (CP 3.2.1)';
}

/** OpenSSL takes no exponent over 64 bits with a modulus over 3072: refused as not verifiable. */
function isSignature(
  hash: string,
  info: Uint8Array,
  key: KeyObject,
  signature: Uint8Array,
): boolean {
  try {
    return verify(hash, info, key, signature);
  } catch {
    return false;
  }
}
