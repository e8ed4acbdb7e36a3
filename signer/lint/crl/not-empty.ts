import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';

/** No revoked certificate: revokedCertificates is absent, not empty. */
export const crlNotEmptyRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-11',
  source: 'RFC 5280 5.1.2.6',
  level: 'error',
  check: ({ entries }) =>
    entries.count === 0 ? 'revokedCertificates is empty instead of absent' : null,
};
