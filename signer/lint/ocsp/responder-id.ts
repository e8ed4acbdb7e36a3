import type { Requirement } from '../requirement.ts';
import type { OCSPCandidate } from './candidate.ts';

/** byKey is SHA-1 of the key bits: twenty octets; delegated, so its certificate goes along. */
export const responderIDRequirement: Requirement<OCSPCandidate> = {
  rule: 'RSP-2, RSP-20',
  source: 'RFC 9919 3.2.2; RFC 6960 4.2.1',
  check: ({ responder }) => {
    if (responder.keyHash.length !== 20) return 'responderID is not a SHA-1 key hash';
    return responder.certificate ? null : "the delegated responder's certificate is missing";
  },
};
