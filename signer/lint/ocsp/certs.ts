import type { Requirement } from '../requirement.ts';
import type { ResponseCandidate } from './response-candidate.ts';

/** Roots here do not sign OCSP (RSP-19), so the delegated responder's certificate goes along, alone. */
export const certsRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-20',
  source: 'RFC 9919 3.2.2; RFC 6960 4.2.1',
  level: 'error',
  check: ({ certs, responder }) => {
    if (certs === null) return "the delegated responder's certificate is missing";
    if (certs.length !== 1) return `certs has ${certs.length} certificates, not one`;
    return responder ? null : 'certs holds no certificate that can be read';
  },
};
