import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';

/** Without a reasonCode every token of that TSA would be invalid (RFC 3161 4). */
export const crlEntryReasonsRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-12',
  source: 'CP 7.2.2, table 7.2-1; RFC 3161 4',
  level: 'error',
  check: ({ entries }) => entries.reason,
};
