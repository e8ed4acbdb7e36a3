import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';

export const versionRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT version',
  source: 'CP 7.1.1; RFC 5280 4.1.2.1',
  check: ({ fields }) =>
    fields.version.length === 1 && fields.version[0] === 2 ? null : 'the version is not v3(2)',
};
