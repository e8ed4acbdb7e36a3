import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate, CertificateList } from '@peculiar/asn1-x509';
import { bytesEqual } from '../../shared/bytes.ts';
import { SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import { bitString, sequence } from '../../shared/der/writer.ts';
import type { CertificateSignatureAlgorithm } from '../../shared/signature-algorithm.ts';
import { isSignedBy } from '../signing/signed-der.ts';
import { publicKeyFromSPKI } from '../signing/verify-signature.ts';

/** asn1js refuses more than 10,000 nodes by default; a CRL entry has eight. */
const NODES_MOST = 1_000_000;

/**
 * The second parser takes minutes and gigabytes for a million entries, so a CRL above this size (some
 * 20,000 entries) has been read by the strict reader and the publish gate alone.
 */
const SECOND_READING_MOST_OCTETS = 1_048_576;

/**
 * A Certificate or CertificateList from its parts: the signature verifies with the recorded key, and a
 * second parser reads the whole and writes it back octet for octet. Undefined otherwise.
 */
export function finishArtifact(
  kind: 'certificate' | 'crl',
  tbs: Uint8Array,
  algorithm: CertificateSignatureAlgorithm,
  signature: Uint8Array,
  spki: Uint8Array,
): Uint8Array | undefined {
  const der = sequence(tbs, SIGNATURE_ALGORITHM_DER[algorithm], bitString(signature));
  return isSignedBy(der, publicKeyFromSPKI(spki)) && isReadTwice(kind, der) ? der : undefined;
}

function isReadTwice(kind: 'certificate' | 'crl', der: Uint8Array): boolean {
  if (kind === 'crl' && der.length > SECOND_READING_MOST_OCTETS) return true;
  try {
    const options = { berOptions: { maxNodes: NODES_MOST, maxContentLength: der.length } };
    const parsed =
      kind === 'crl'
        ? AsnConvert.parse(der, CertificateList, options)
        : AsnConvert.parse(der, Certificate, options);
    return bytesEqual(new Uint8Array(AsnConvert.serialize(parsed)), der);
  } catch {
    return false;
  }
}
