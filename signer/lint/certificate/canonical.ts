import { derFault } from '../der/canonical.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';

/** What is signed has one encoding only, so that whoever re-encodes it gets the same octets. */
export const canonicalRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT DER',
  source: 'RFC 5280 4.1; X.690 10, 11',
  level: 'error',
  check: ({ tbs }) => derFault(tbs),
};
