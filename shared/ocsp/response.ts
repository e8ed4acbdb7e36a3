import { concatBytes } from '../bytes.ts';
import { OID, SIGNATURE_ALGORITHM_DER } from '../der/oids.ts';
import { contextPrimitiveTag, contextTag, TAG } from '../der/tags.ts';
import {
  bitString,
  element,
  generalizedTime,
  objectIdentifier,
  octetString,
  sequence,
  smallInteger,
  unsignedInteger,
} from '../der/writer.ts';
import type { CRLReason } from '../policy/crl-reasons.ts';
import type { CertificateSignatureAlgorithm, SignatureAlgorithm } from '../signature-algorithm.ts';
import type { UnixSeconds, ValidityWindow } from '../time.ts';
import { type CertID, encodeCertID } from './cert-id.ts';

/**
 * CertStatus of RFC 6960 4.2.1. `unknown` is never signed (RSP-14), and a revoked status always
 * carries its reason (RSP-11).
 */
export type CertStatus =
  | { readonly status: 'good' }
  | {
      readonly status: 'revoked';
      readonly revocationTime: UnixSeconds;
      readonly revocationReason: CRLReason;
    };

/** The times of a response; RSP-7 sets producedAt = thisUpdate. */
export interface ResponseTimes extends ValidityWindow {
  readonly producedAt: UnixSeconds;
  /** RFC 6960 4.4.4, only for expired certificates whose policy keeps their status (RSP-17). */
  readonly archiveCutoff: UnixSeconds | null;
}

export interface SingleResponse {
  readonly certID: CertID;
  readonly certStatus: CertStatus;
}

/** Who signs, and what a relying party needs to check it. */
export interface Responder {
  /** responderID byKey: SHA-1 of the responder's key bits (RSP-2). */
  readonly keyHash: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** Of the packed signature: RSA the modulus, ECDSA r || s. */
  readonly signatureLength: number;
  /** DER of the delegated responder's certificate; null when the CA signs itself (RSP-20). */
  readonly certificate: Uint8Array | null;
}

function encodeCertStatus(certStatus: CertStatus): Uint8Array {
  if (certStatus.status === 'good') return element(contextPrimitiveTag(0));
  const reason = element(TAG.enumerated, Uint8Array.of(certStatus.revocationReason));
  return element(
    contextTag(1),
    generalizedTime(certStatus.revocationTime),
    element(contextTag(0), reason),
  );
}

function encodeArchiveCutoff(archiveCutoff: UnixSeconds | null): Uint8Array {
  if (archiveCutoff === null) return new Uint8Array(0);
  const extension = sequence(
    objectIdentifier(OID['id-pkix-ocsp-archive-cutoff']),
    octetString(generalizedTime(archiveCutoff)),
  );
  return element(contextTag(1), sequence(extension));
}

/** Everything of a SingleResponse that follows its CertID. */
export function encodeAfterCertID(certStatus: CertStatus, times: ResponseTimes): Uint8Array {
  return concatBytes([
    encodeCertStatus(certStatus),
    generalizedTime(times.thisUpdate),
    element(contextTag(0), generalizedTime(times.nextUpdate)),
    encodeArchiveCutoff(times.archiveCutoff),
  ]);
}

/**
 * ResponseData ::= SEQUENCE {
 *   version             [0] EXPLICIT Version DEFAULT v1,    -- left out (RSP-1)
 *   responderID         ResponderID,                        -- byKey [2] (RSP-2)
 *   producedAt          GeneralizedTime,
 *   responses           SEQUENCE OF SingleResponse,         -- exactly one (RSP-3)
 *   responseExtensions  [1] EXPLICIT Extensions OPTIONAL }  -- left out (RSP-15)
 */
export function encodeResponseData(
  responderKeyHash: Uint8Array,
  times: ResponseTimes,
  { certID, certStatus }: SingleResponse,
): Uint8Array {
  const single = sequence(encodeCertID(certID), encodeAfterCertID(certStatus, times));
  return sequence(
    element(contextTag(2), octetString(responderKeyHash)),
    generalizedTime(times.producedAt),
    sequence(single),
  );
}

/** RFC 3279 2.2.3: Ecdsa-Sig-Value from r || s; RSA signatures are taken as they are. */
export function encodeSignatureValue(
  algorithm: CertificateSignatureAlgorithm,
  packedSignature: Uint8Array,
): Uint8Array {
  if (algorithm !== 'ecdsa-with-SHA256' && algorithm !== 'ecdsa-with-SHA384') {
    return packedSignature;
  }
  const half = packedSignature.length / 2;
  return sequence(
    unsignedInteger(packedSignature.subarray(0, half)),
    unsignedInteger(packedSignature.subarray(half)),
  );
}

/**
 * OCSPResponse ::= SEQUENCE {
 *   responseStatus  OCSPResponseStatus,               -- successful(0)
 *   responseBytes   [0] EXPLICIT ResponseBytes }      -- id-pkix-ocsp-basic
 *
 * `packedSignature` as the keystore makes it and the shard holds it.
 */
export function encodeOCSPResponse(
  responseData: Uint8Array,
  responder: Responder,
  packedSignature: Uint8Array,
): Uint8Array {
  const { signatureAlgorithm, certificate } = responder;
  const certs = certificate ? [element(contextTag(0), sequence(certificate))] : [];
  const basic = sequence(
    responseData,
    SIGNATURE_ALGORITHM_DER[signatureAlgorithm],
    bitString(encodeSignatureValue(signatureAlgorithm, packedSignature)),
    ...certs,
  );
  const responseBytes = sequence(objectIdentifier(OID['id-pkix-ocsp-basic']), octetString(basic));
  return sequence(element(TAG.enumerated, Uint8Array.of(0)), element(contextTag(0), responseBytes));
}

/** OCSPResponseStatus values that go out unsigned; sigRequired(5) is never used. */
export type UnsignedStatus = 'malformedRequest' | 'internalError' | 'tryLater' | 'unauthorized';

const STATUS_VALUE: Readonly<Record<UnsignedStatus, number>> = {
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  unauthorized: 6,
};

/** RFC 6960 4.2.1: an OCSPResponse of a status alone, five octets. */
export function encodeUnsignedStatus(status: UnsignedStatus): Uint8Array {
  return sequence(element(TAG.enumerated, smallInteger(STATUS_VALUE[status]).subarray(2)));
}
