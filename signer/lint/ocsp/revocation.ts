import { crlReasonFromNumber } from '../../../shared/policy/crl-reasons.ts';
import type { Requirement } from '../requirement.ts';
import type { OCSPCandidate } from './candidate.ts';

export const revocationTimeRequirement: Requirement<OCSPCandidate> = {
  rule: 'RSP-23',
  source: 'CSBR 4.9.1, 4.9.6',
  check: ({ statuses, times }) => {
    const future = statuses.some(
      ({ certStatus }) =>
        certStatus.status === 'revoked' && certStatus.revocationTime > times.thisUpdate,
    );
    return future ? 'a revocationTime lies after thisUpdate' : null;
  },
};

export const revocationReasonRequirement: Requirement<OCSPCandidate> = {
  rule: 'RSP-11',
  source: 'CP 7.3, 7.2.2',
  check: ({ statuses }) => {
    const other = statuses.some(
      ({ certStatus }) =>
        certStatus.status === 'revoked' &&
        crlReasonFromNumber(certStatus.revocationReason) === undefined,
    );
    return other ? 'a revocationReason is not one of 1, 3, 4 and 5' : null;
  },
};
