import { bytesEqual } from '../../../shared/bytes.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';

export const issuerNameRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT issuer',
  source: 'CSBR 7.1.4.1; RFC 5280 4.1.2.4',
  level: 'error',
  check: ({ fields, issuer }) =>
    issuer === null || bytesEqual(fields.issuer, issuer.subject)
      ? null
      : 'issuer differs from the subject of the CA',
};
