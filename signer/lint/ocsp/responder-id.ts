import { bytesEqual } from '../../../shared/bytes.ts';
import type { Requirement } from '../requirement.ts';
import { type OCSPCandidate, responderCertificate } from './candidate.ts';

/** byKey is SHA-1 of the key bits; delegated, so the certificate of that key goes along. */
export const responderIDRequirement: Requirement<OCSPCandidate> = {
  rule: 'RSP-2, RSP-20',
  source: 'RFC 9919 3.2.2; RFC 6960 4.2.1',
  check: ({ responder }) => {
    const certificate = responderCertificate(responder);
    if (!certificate) return "the delegated responder's certificate is missing";
    return bytesEqual(responder.keyHash, certificate.keyHash)
      ? null
      : "responderID is not the SHA-1 hash of the responder's key";
  },
};
