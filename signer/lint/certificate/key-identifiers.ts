import { AsnConvert } from '@peculiar/asn1-schema';
import { AuthorityKeyIdentifier, SubjectKeyIdentifier } from '@peculiar/asn1-x509';
import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { keyIdentifier } from '../../issuance/public-key.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, extensionValue } from './candidate.ts';

export const subjectKeyIdentifierRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT subjectKeyIdentifier',
  source: 'CP 7.1.2; RFC 5280 4.2.1.2 method 1',
  check: (candidate) => {
    const value = extensionValue(candidate, OID['id-ce-subjectKeyIdentifier']);
    if (value.length === 0) return 'absent';
    const found = new Uint8Array(AsnConvert.parse(value, SubjectKeyIdentifier).buffer);
    const expected = keyIdentifier(candidate.fields.spki);
    return expected.ok && bytesEqual(found, expected.value) ? null : 'is not SHA-1 of the key bits';
  },
};

/** keyIdentifier alone, equal to the issuer's subjectKeyIdentifier. */
export const authorityKeyIdentifierRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT authorityKeyIdentifier',
  source: 'CP 7.1.2; RFC 5280 4.2.1.1',
  check: (candidate) => {
    if (candidate.issuer.notAfter === null) return null;
    const value = extensionValue(candidate, OID['id-ce-authorityKeyIdentifier']);
    if (value.length === 0) return 'absent';
    const parsed = AsnConvert.parse(value, AuthorityKeyIdentifier);
    if (parsed.authorityCertIssuer || parsed.authorityCertSerialNumber)
      return 'names more than the key';
    const found = new Uint8Array(parsed.keyIdentifier?.buffer ?? new ArrayBuffer(0));
    return bytesEqual(found, candidate.issuer.keyIdentifier)
      ? null
      : "is not the issuer's key identifier";
  },
};
