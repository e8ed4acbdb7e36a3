import type { Requirement } from '../requirement.ts';
import { type OCSPCandidate, responderCertificate } from './candidate.ts';

/** 8 hours; and 10 days less a second, because both ends count. */
const VALIDITY_LEAST = 28_800;
const VALIDITY_MOST = 863_999;

export const validityRequirement: Requirement<OCSPCandidate> = {
  rule: 'RSP-8',
  source: 'CP 4.9.10 items 1 and 2',
  check: ({ times }) => {
    const validity = times.nextUpdate - times.thisUpdate;
    if (validity < VALIDITY_LEAST) return `valid for ${validity} s, less than 8 hours`;
    return validity <= VALIDITY_MOST ? null : `valid for ${validity} s, more than 10 days`;
  },
};

export const thisUpdateRequirement: Requirement<OCSPCandidate> = {
  rule: 'RSP-7',
  source: 'RFC 6960 2.4, 4.2.2.1; CON-18',
  check: ({ times, now }) => {
    if (times.thisUpdate !== times.producedAt) return 'thisUpdate is not producedAt';
    return times.thisUpdate <= now ? null : 'thisUpdate lies in the future';
  },
};

export const responderOutlivesRequirement: Requirement<OCSPCandidate> = {
  rule: 'RSP-21',
  source: 'RFC 6960 3.2 item 4',
  check: ({ times, responder }) => {
    const certificate = responderCertificate(responder);
    if (!certificate) return 'there is no responder certificate';
    if (times.thisUpdate < certificate.notBefore)
      return 'thisUpdate lies before the responder certificate';
    return times.nextUpdate <= certificate.notAfter
      ? null
      : 'nextUpdate outlives the responder certificate';
  },
};
