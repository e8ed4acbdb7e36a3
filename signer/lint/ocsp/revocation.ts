import { crlReasonFromNumber } from '../../../shared/policy/crl-reasons.ts';
import type { Requirement } from '../requirement.ts';
import type { OCSPCandidate } from './candidate.ts';
import { readInstant } from './instant.ts';
import type { ResponseCandidate } from './response-candidate.ts';

const TIME = {
  rule: 'RSP-23',
  source: 'CSBR 4.9.1, 4.9.6',
  level: 'error',
} as const;

const REASON = {
  rule: 'RSP-11',
  source: 'CP 7.3, 7.2.2; TLSBR 7.3',
  level: 'error',
} as const;

/** Of every status of a batch, before one of them is encoded. */
export const revocationTimeRequirement: Requirement<OCSPCandidate> = {
  ...TIME,
  check: ({ statuses, times }) => {
    const future = statuses.some(
      ({ certStatus }) =>
        certStatus.status === 'revoked' && certStatus.revocationTime > times.thisUpdate,
    );
    return future ? 'a revocationTime lies after thisUpdate' : null;
  },
};

export const revocationReasonRequirement: Requirement<OCSPCandidate> = {
  ...REASON,
  check: ({ statuses }) => {
    const other = statuses.some(
      ({ certStatus }) =>
        certStatus.status === 'revoked' &&
        crlReasonFromNumber(certStatus.revocationReason) === undefined,
    );
    return other ? 'a revocationReason is not one of 1, 3, 4 and 5' : null;
  },
};

/** The same of the bytes of one response. */
export const encodedRevocationTimeRequirement: Requirement<ResponseCandidate> = {
  ...TIME,
  check: ({ fields }) => {
    const future = fields.responses.some(({ certStatus, thisUpdate }) => {
      if (certStatus.status !== 'revoked') return false;
      const revocationTime = readInstant(certStatus.revocationTime);
      return revocationTime !== undefined && revocationTime > (readInstant(thisUpdate) ?? 0);
    });
    return future ? 'a revocationTime lies after thisUpdate' : null;
  },
};

export const encodedRevocationReasonRequirement: Requirement<ResponseCandidate> = {
  ...REASON,
  check: ({ fields }) => {
    for (const { certStatus } of fields.responses) {
      if (certStatus.status !== 'revoked') continue;
      const reason = certStatus.revocationReason;
      if (reason === null) return 'a revoked status has no revocationReason';
      if (crlReasonFromNumber(reason) === undefined)
        return `revocationReason ${reason} is not one of 1, 3, 4 and 5`;
    }
    return null;
  },
};
