import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { contextPrimitiveTag, TAG } from '../../../shared/der/tags.ts';
import { keyIdentifier } from '../../issuance/public-key.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, extensionValue } from './candidate.ts';
import { isSelfSigned } from './purposes.ts';

export const subjectKeyIdentifierRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT subjectKeyIdentifier',
  source: 'CP 7.1.2; RFC 5280 4.2.1.2 method 1',
  level: 'error',
  check: (candidate) => {
    const value = extensionValue(candidate, OID['id-ce-subjectKeyIdentifier']);
    if (value.length === 0) return 'absent';
    const reader = new DERReader(value);
    const found = reader.contents(TAG.octetString);
    const expected = keyIdentifier(candidate.fields.spki);
    if (!found || !reader.atEnd() || !expected.ok) return 'is not SHA-1 of the key bits';
    return bytesEqual(found, expected.value) ? null : 'is not SHA-1 of the key bits';
  },
};

/** keyIdentifier alone, equal to the issuer's subjectKeyIdentifier. */
export const authorityKeyIdentifierRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT authorityKeyIdentifier',
  source: 'CP 7.1.2; RFC 5280 4.2.1.1',
  level: 'error',
  check: (candidate) => {
    if (isSelfSigned(candidate)) return null;
    const value = extensionValue(candidate, OID['id-ce-authorityKeyIdentifier']);
    if (value.length === 0) return 'absent';
    const fields = new DERReader(value).enter(TAG.sequence);
    const found = fields?.contents(contextPrimitiveTag(0));
    if (!found) return 'has no keyIdentifier';
    if (!fields?.atEnd()) return 'names more than the key';
    const expected = candidate.issuer?.keyIdentifier;
    if (!expected) return found.length === 20 ? null : 'is not of 160 bits';
    return bytesEqual(found, expected) ? null : "is not the issuer's key identifier";
  },
};
