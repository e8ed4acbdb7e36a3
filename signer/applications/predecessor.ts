import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate, SubjectAlternativeName } from '@peculiar/asn1-x509';
import { OID } from '../../shared/der/oids.ts';
import type { CertificateProfile } from '../../shared/policy/profiles.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { applicationOfCertificate } from '../database/application-query.ts';
import { applicationById } from '../database/application-table.ts';
import type { CertificateRow } from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import type { OptionalExtension } from '../issuance/optional-extensions.ts';
import type { OperationError } from '../operations/operation-error.ts';

/** What a certificate has besides its subject that an application chose. */
export interface ChosenContents {
  readonly subjectAltNames: readonly string[];
  readonly leaveOut: readonly OptionalExtension[];
}

/** As they stand in the certificate itself, for whoever takes them over (CP 4.7). */
export function chosenContents(
  { der }: CertificateRow,
  profile: CertificateProfile | undefined,
): ChosenContents {
  if (!der) return { subjectAltNames: [], leaveOut: [] };
  const { extensions = [] } = AsnConvert.parse(der, Certificate).tbsCertificate;
  const find = (oid: string) => extensions.find(({ extnID }) => extnID === oid);
  const names = find(OID['id-ce-subjectAltName']);
  const parsed = names ? [...AsnConvert.parse(names.extnValue, SubjectAlternativeName)] : [];
  const isLeftOut =
    profile?.authorityInfoAccess?.perApplication === true &&
    !find(OID['id-pe-authorityInfoAccess']);
  return {
    subjectAltNames: parsed.flatMap(({ dNSName, iPAddress }) => dNSName ?? iPAddress ?? []),
    leaveOut: isLeftOut ? ['authorityInfoAccess'] : [],
  };
}

/** CON-14: a subject is its applicant's; only the same organisation is given a new key for it. */
export function checkSameApplicant(
  db: Reader,
  { id }: CertificateRow,
  organisation: string,
): Result<true, OperationError> {
  const number = applicationOfCertificate(db, id);
  const before = number === undefined ? undefined : applicationById(db, number);
  if (!before || spoken(before.organisation) === spoken(organisation)) return ok(true);
  return err({
    code: 'subject-refused',
    check: 'CON-14',
    reason: `${before.organisation} applied for this certificate (application ${before.id}), not ${organisation}`,
  });
}

/** Without what people write now so and now so. */
function spoken(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}
