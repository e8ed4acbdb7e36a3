import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { SIGNATURE_ALGORITHM_DER } from '../../../shared/der/oids.ts';
import type { CertificateSignatureAlgorithm } from '../../../shared/signature-algorithm.ts';
import type { CertificateToSign } from '../../lint/certificate/candidate.ts';
import { readValidity } from '../../lint/certificate/certificate-fields.ts';
import { splitSignedDER } from '../signed-der.ts';
import {
  compared,
  type Disagreement,
  type FieldPair,
  firstDisagreement,
  octetsOf,
  secondsOf,
} from './disagreement.ts';
import { extensionPairs } from './extensions.ts';

/** What the outside of a Certificate or CertificateList must be. */
export interface MeantSignature {
  readonly algorithm: CertificateSignatureAlgorithm;
  /** As X.509 carries it: ECDSA as Ecdsa-Sig-Value. */
  readonly value: Uint8Array;
}

/** v3 of RFC 5280 4.1.2.1. */
const V3 = 2;

/**
 * The finished Certificate read by @peculiar/asn1-x509, every field held against what the strict
 * reader found in the linted bytes, which lint held against what was ordered.
 */
export function certificateDisagreement(
  der: Uint8Array,
  linted: CertificateToSign,
  signature: MeantSignature,
): Disagreement | null {
  return compared(() => firstDisagreement(certificatePairs(der, linted, signature)));
}

function* certificatePairs(
  der: Uint8Array,
  { tbs, fields }: CertificateToSign,
  signature: MeantSignature,
): Generator<FieldPair> {
  // The second parser leaves octets after the value alone; the first does not.
  yield ['tbsCertificate', tbs, splitSignedDER(der)?.tbs];
  const certificate = AsnConvert.parse(der, Certificate);
  const { tbsCertificate: found } = certificate;
  const algorithm = SIGNATURE_ALGORITHM_DER[signature.algorithm];
  const validity = readValidity(fields.validity);
  const serialized = (value: object) => new Uint8Array(AsnConvert.serialize(value));
  yield ['signatureAlgorithm', algorithm, serialized(certificate.signatureAlgorithm)];
  yield ['signatureValue', signature.value, octetsOf(certificate.signatureValue)];
  yield ['tbsCertificate.version', V3, found.version];
  yield ['tbsCertificate.serialNumber', fields.serialNumber, octetsOf(found.serialNumber)];
  yield ['tbsCertificate.signature', algorithm, serialized(found.signature)];
  yield ['tbsCertificate.issuer', fields.issuer, serialized(found.issuer)];
  const { notBefore, notAfter } = found.validity;
  yield ['tbsCertificate.notBefore', validity?.notBefore, secondsOf(notBefore.getTime())];
  yield ['tbsCertificate.notAfter', validity?.notAfter, secondsOf(notAfter.getTime())];
  yield ['tbsCertificate.subject', fields.subject, serialized(found.subject)];
  const { subjectPublicKeyInfo, issuerUniqueID, subjectUniqueID } = found;
  yield ['tbsCertificate.subjectPublicKeyInfo', fields.spki, serialized(subjectPublicKeyInfo)];
  yield ['tbsCertificate.issuerUniqueID', undefined, octetsOf(issuerUniqueID)];
  yield ['tbsCertificate.subjectUniqueID', undefined, octetsOf(subjectUniqueID)];
  yield* extensionPairs('tbsCertificate.extensions', fields.extensions, found.extensions);
}
