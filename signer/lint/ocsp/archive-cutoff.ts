import type { Requirement } from '../requirement.ts';
import type { OCSPCandidate } from './candidate.ts';

/**
 * archiveCutoff says since when expired certificates are told of, so it goes with expired ones alone,
 * lies before the response, and not after the end of a certificate that is told of.
 */
export const archiveCutoffRequirement: Requirement<OCSPCandidate> = {
  rule: 'RSP-17',
  source: 'RFC 6960 4.4.4',
  level: 'error',
  check: ({ times, statuses }) => {
    const { archiveCutoff, producedAt } = times;
    if (archiveCutoff === null) return null;
    if (archiveCutoff >= producedAt) return 'archiveCutoff does not lie before producedAt';
    const unexpired = statuses.some(
      ({ notAfter }) => notAfter === undefined || notAfter >= producedAt,
    );
    if (unexpired) return 'archiveCutoff for a certificate that is not known to have expired';
    const gone = statuses.some(({ notAfter = 0 }) => notAfter < archiveCutoff);
    return gone ? 'a certificate ended before archiveCutoff' : null;
  },
};
