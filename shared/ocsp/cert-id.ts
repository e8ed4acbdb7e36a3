import { bytesEqual } from '../bytes.ts';
import { OID } from '../der/oids.ts';
import { TAG } from '../der/tags.ts';
import { derNull, element, objectIdentifier, octetString, sequence } from '../der/writer.ts';
import type { SerialNumber } from '../serial-number.ts';

/** REQ-12: the CertID hashes that are answered. */
export type CertIDHash = 'sha1' | 'sha256';

export const CERT_ID_HASHES: readonly CertIDHash[] = ['sha1', 'sha256'];

export const HASH_LENGTH: Readonly<Record<CertIDHash, 20 | 32>> = { sha1: 20, sha256: 32 };

/** What an issuer is called in a CertID (RFC 6960 4.1.1; REQ-14). */
export interface IssuerHashes {
  /** Hash of the DER of the issuer's Name. */
  readonly issuerNameHash: Uint8Array;
  /** Hash of the value of the issuer's key BIT STRING, without tag, length and unused-bits octet. */
  readonly issuerKeyHash: Uint8Array;
}

/** One issuer under both hashes. */
export type IssuerIdentity = Readonly<Record<CertIDHash, IssuerHashes>>;

/**
 * CertID ::= SEQUENCE {
 *   hashAlgorithm   AlgorithmIdentifier,
 *   issuerNameHash  OCTET STRING,
 *   issuerKeyHash   OCTET STRING,
 *   serialNumber    CertificateSerialNumber }
 */
export interface CertID extends IssuerHashes {
  readonly hash: CertIDHash;
  readonly serialNumber: SerialNumber;
}

/** RSP-4: parameters written as NULL, as OpenSSL, Go and RFC 9919's example do. */
const HASH_ALGORITHM_DER: Readonly<Record<CertIDHash, Uint8Array>> = {
  sha1: sequence(objectIdentifier(OID['id-sha1']), derNull),
  sha256: sequence(objectIdentifier(OID['id-sha256']), derNull),
};

export function encodeCertID(certID: CertID): Uint8Array {
  return sequence(
    HASH_ALGORITHM_DER[certID.hash],
    octetString(certID.issuerNameHash),
    octetString(certID.issuerKeyHash),
    element(TAG.integer, certID.serialNumber),
  );
}

/** Same hash, issuer and serial number: the look-up key of REQ-13. */
export function sameCertID(a: CertID, b: CertID): boolean {
  return a.hash === b.hash && sameIssuer(a, b) && bytesEqual(a.serialNumber, b.serialNumber);
}

export function sameIssuer(a: IssuerHashes, b: IssuerHashes): boolean {
  return (
    bytesEqual(a.issuerNameHash, b.issuerNameHash) && bytesEqual(a.issuerKeyHash, b.issuerKeyHash)
  );
}
