import type { CertificateSignatureAlgorithm } from '../signature-algorithm.ts';
import { derNull, objectIdentifier, sequence } from './writer.ts';

/** Dotted-decimal object identifiers, by the names that their standards give them. */
export const OID = {
  // RFC 6960
  'id-pkix-ocsp-basic': '1.3.6.1.5.5.7.48.1.1',
  'id-pkix-ocsp-nonce': '1.3.6.1.5.5.7.48.1.2',
  'id-pkix-ocsp-response': '1.3.6.1.5.5.7.48.1.4',
  'id-pkix-ocsp-nocheck': '1.3.6.1.5.5.7.48.1.5',
  'id-pkix-ocsp-archive-cutoff': '1.3.6.1.5.5.7.48.1.6',
  'id-pkix-ocsp-service-locator': '1.3.6.1.5.5.7.48.1.7',
  'id-pkix-ocsp-pref-sig-algs': '1.3.6.1.5.5.7.48.1.8',
  // RFC 5280
  'id-ce-subjectKeyIdentifier': '2.5.29.14',
  'id-ce-keyUsage': '2.5.29.15',
  'id-ce-subjectAltName': '2.5.29.17',
  'id-ce-basicConstraints': '2.5.29.19',
  'id-ce-cRLNumber': '2.5.29.20',
  'id-ce-cRLReasons': '2.5.29.21',
  'id-ce-cRLDistributionPoints': '2.5.29.31',
  'id-ce-certificatePolicies': '2.5.29.32',
  'id-ce-authorityKeyIdentifier': '2.5.29.35',
  'id-ce-extKeyUsage': '2.5.29.37',
  // X.509 9.5.2.8
  'id-ce-expiredCertsOnCRL': '2.5.29.60',
  // RFC 5280, continued
  'id-pe-authorityInfoAccess': '1.3.6.1.5.5.7.1.1',
  'id-ad-ocsp': '1.3.6.1.5.5.7.48.1',
  'id-ad-caIssuers': '1.3.6.1.5.5.7.48.2',
  'id-qt-cps': '1.3.6.1.5.5.7.2.1',
  'id-kp-serverAuth': '1.3.6.1.5.5.7.3.1',
  'id-kp-clientAuth': '1.3.6.1.5.5.7.3.2',
  'id-kp-timeStamping': '1.3.6.1.5.5.7.3.8',
  'id-kp-OCSPSigning': '1.3.6.1.5.5.7.3.9',
  // RFC 8017, RFC 5754, RFC 5480, RFC 5758
  rsaEncryption: '1.2.840.113549.1.1.1',
  sha1WithRSAEncryption: '1.2.840.113549.1.1.5',
  sha256WithRSAEncryption: '1.2.840.113549.1.1.11',
  sha384WithRSAEncryption: '1.2.840.113549.1.1.12',
  'ecdsa-with-SHA256': '1.2.840.10045.4.3.2',
  'ecdsa-with-SHA384': '1.2.840.10045.4.3.3',
  'id-ecPublicKey': '1.2.840.10045.2.1',
  secp256r1: '1.2.840.10045.3.1.7',
  secp384r1: '1.3.132.0.34',
  'id-sha1': '1.3.14.3.2.26',
  'id-sha256': '2.16.840.1.101.3.4.2.1',
} as const;

/**
 * DER AlgorithmIdentifier of each signature algorithm: RSA with NULL parameters (RFC 4055 5,
 * RSP-22), ECDSA without parameters (RFC 5758 3.2).
 */
export const SIGNATURE_ALGORITHM_DER: Readonly<Record<CertificateSignatureAlgorithm, Uint8Array>> =
  {
    sha1WithRSAEncryption: sequence(objectIdentifier(OID.sha1WithRSAEncryption), derNull),
    sha256WithRSAEncryption: sequence(objectIdentifier(OID.sha256WithRSAEncryption), derNull),
    sha384WithRSAEncryption: sequence(objectIdentifier(OID.sha384WithRSAEncryption), derNull),
    'ecdsa-with-SHA256': sequence(objectIdentifier(OID['ecdsa-with-SHA256'])),
    'ecdsa-with-SHA384': sequence(objectIdentifier(OID['ecdsa-with-SHA384'])),
  };
