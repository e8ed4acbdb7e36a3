import { readTime } from '../read-time.ts';
import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';

/** CON-6: 364 days meet every reading of "one year". */
const VALIDITY_MOST = 364 * 86_400;

function timesOf({ fields }: CRLCandidate) {
  const thisUpdate = readTime(fields.thisUpdate);
  const nextUpdate = fields.nextUpdate === null ? undefined : readTime(fields.nextUpdate);
  return thisUpdate === undefined || nextUpdate === undefined
    ? undefined
    : { thisUpdate, nextUpdate };
}

export const crlTimesRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-3',
  source: 'RFC 5280 5.1.2.4, 5.1.2.5',
  level: 'error',
  check: (candidate) => {
    if (candidate.fields.nextUpdate === null) return 'nextUpdate is absent';
    const times = timesOf(candidate);
    if (!times) return 'thisUpdate or nextUpdate is encoded otherwise';
    if (candidate.now !== null && times.thisUpdate > candidate.now)
      return 'thisUpdate lies in the future';
    return times.nextUpdate > times.thisUpdate ? null : 'nextUpdate is not after thisUpdate';
  },
};

export const crlValidityRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-4',
  source: 'CP 4.9.7; CSBR 4.9.7; CON-6',
  level: 'error',
  check: (candidate) => {
    const times = timesOf(candidate);
    return times && times.nextUpdate - times.thisUpdate > VALIDITY_MOST
      ? 'valid for more than 364 days'
      : null;
  },
};

export const crlNextUpdateRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-7',
  source: 'RFC 5280 5.1.2.5',
  level: 'error',
  check: (candidate) => {
    const { previous } = candidate;
    const times = timesOf(candidate);
    return previous !== null && times && times.nextUpdate < previous.nextUpdate
      ? 'nextUpdate is earlier than that of the CRL before'
      : null;
  },
};
