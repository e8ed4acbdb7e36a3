import type { Requirement } from '../requirement.ts';
import { readInstant } from './instant.ts';
import type { ResponseCandidate } from './response-candidate.ts';

const CERTIFICATE_HOLD = 6;

/** Neither suspension nor, what needs it, extended-revoke: certificateHold since 1970-01-01. */
export const noSuspensionRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-13',
  source: 'CP 4.9.13; CSBR 4.9.13; RFC 6960 2.2, 4.4.8',
  level: 'error',
  check: ({ fields }) => {
    for (const { certStatus } of fields.responses) {
      if (certStatus.status !== 'revoked') continue;
      if (certStatus.revocationReason === CERTIFICATE_HOLD) return 'the reason is certificateHold';
      if (readInstant(certStatus.revocationTime) === 0) return 'revoked since 1970-01-01';
    }
    return null;
  },
};
