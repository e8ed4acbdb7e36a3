import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';

export const versionRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT version',
  source: 'CP 7.1.1; RFC 5280 4.1.2.1',
  level: 'error',
  check: ({ fields: { version } }) =>
    version?.length === 1 && version[0] === 2 ? null : 'the version is not v3(2)',
};

export const uniqueIdentifiersRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT unique identifiers',
  source: 'RFC 5280 4.1.2.8; CP table 7.1-1',
  level: 'error',
  check: ({ fields }) =>
    fields.uniqueIdentifiers ? 'issuerUniqueID or subjectUniqueID is there' : null,
};
