import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';

export const crlEntriesRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-14',
  source: 'RFC 5280 5.1.2.6, 5.3; CSBR 4.9.6, 7.2.2',
  level: 'error',
  check: ({ entries }) => entries.malformed ?? entries.twice ?? entries.date,
};
