import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { hexFromBytes } from '../../shared/bytes.ts';
import { serialNumberFromContents, serialNumberText } from '../../shared/serial-number.ts';
import { isoText, unixSeconds } from '../../shared/time.ts';
import { type AuthorityRow, authorityById } from '../database/authority-table.ts';
import { nameTextFromDER } from '../issuance/distinguished-name.ts';
import { pem } from '../issuance/pem.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { SignerContext } from '../signer-context.ts';
import type { AuthorityView, PublicationView } from './views.ts';

export function authorityView(
  context: SignerContext,
  row: AuthorityRow,
  publication: PublicationView,
): AuthorityView {
  const der = row.certificate ?? new Uint8Array(0);
  const { serialNumber, validity } = AsnConvert.parse(der, Certificate).tbsCertificate;
  const serial = serialNumberFromContents(new Uint8Array(serialNumber));
  const policy = context.policy.authorities.get(row.name);
  const issuer = row.issuerId === null ? row : authorityById(context.db, row.issuerId);
  return {
    name: row.name,
    issuer: issuer?.name ?? '',
    subject: nameTextFromDER(row.subject),
    serialNumber: serial.ok ? serialNumberText(serial.value) : '',
    notBefore: isoText(unixSeconds(validity.notBefore.getTime().getTime() / 1000)),
    notAfter: isoText(unixSeconds(validity.notAfter.getTime().getTime() / 1000)),
    keystore: row.keystore,
    sha256: hexFromBytes(sha256(der)),
    crlUrl: policy?.crl.url.value ?? '',
    ocspUrl: policy?.ocsp?.url.value ?? '',
    caIssuersUrl: policy?.caIssuers.url.value ?? '',
    certificate: pem('CERTIFICATE', der),
    publication,
  };
}
