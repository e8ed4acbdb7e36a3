import { generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate, TBSCertificate } from '@peculiar/asn1-x509';
import { SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import { bitString, sequence } from '../../shared/der/writer.ts';
import { randomSerialNumber } from '../../shared/serial-number.ts';
import { pem } from '../issuance/pem.ts';

/**
 * A certificate that this CA never issued: a real one with another serial number, signed by a key
 * that is thrown away. The edge must answer `unauthorized` (RSP-14).
 */
export function forgeCertificate(genuine: string): string {
  const { tbsCertificate } = AsnConvert.parse(new X509Certificate(genuine).raw, Certificate);
  const serialNumber = new Uint8Array(randomSerialNumber((length) => randomBytes(length))).buffer;
  const forged = new TBSCertificate({ ...tbsCertificate, serialNumber });
  const tbs = new Uint8Array(AsnConvert.serialize(forged));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signature = new Uint8Array(sign('sha384', tbs, privateKey));
  return pem(
    'CERTIFICATE',
    sequence(tbs, SIGNATURE_ALGORITHM_DER.sha384WithRSAEncryption, bitString(signature)),
  );
}
