import { readTime } from '../read-time.ts';
import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';

/** CON-6: 364 days meet every reading of "one year". */
const VALIDITY_MOST = 364 * 86_400;

export const crlTimesRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-3, CRL-4',
  source: 'RFC 5280 5.1.2.4, 5.1.2.5; CP 4.9.7; CSBR 4.9.7',
  check: ({ fields, now }) => {
    const thisUpdate = readTime(fields.thisUpdate);
    const nextUpdate = readTime(fields.nextUpdate);
    if (thisUpdate === undefined || nextUpdate === undefined)
      return 'thisUpdate or nextUpdate is encoded otherwise';
    if (thisUpdate > now) return 'thisUpdate lies in the future';
    if (nextUpdate <= thisUpdate) return 'nextUpdate is not after thisUpdate';
    return nextUpdate - thisUpdate <= VALIDITY_MOST ? null : 'valid for more than 364 days';
  },
};

export const crlNextUpdateRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-7',
  source: 'RFC 5280 5.1.2.5',
  check: ({ fields, previous }) => {
    const nextUpdate = readTime(fields.nextUpdate);
    const earlier =
      previous !== null && nextUpdate !== undefined && nextUpdate < previous.nextUpdate;
    return earlier ? 'nextUpdate is earlier than that of the CRL before' : null;
  },
};
