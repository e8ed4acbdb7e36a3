import { readTime } from '../read-time.ts';
import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';
import { crlNumberOf } from './number.ts';

/** Number, times and count of entries are those that were ordered. */
export const crlAsMeantRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL contents',
  source: 'CP 4.9.7; RFC 5280 5.1.2',
  level: 'error',
  check: ({ fields, entries, meant }) => {
    if (meant === null) return null;
    const nextUpdate = fields.nextUpdate === null ? undefined : readTime(fields.nextUpdate);
    const pairs = [
      ['cRLNumber', Number(crlNumberOf(fields)), meant.crlNumber],
      ['thisUpdate', readTime(fields.thisUpdate), meant.thisUpdate],
      ['nextUpdate', nextUpdate, meant.nextUpdate],
      ['count of entries', entries.count ?? 0, meant.entries],
    ] as const;
    const other = pairs.find(([, found, asked]) => found !== asked);
    return other ? `${other[0]} is ${other[1]}, not ${other[2]}` : null;
  },
};
