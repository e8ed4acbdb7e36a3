import type { Requirement } from '../requirement.ts';
import type { ResponseCandidate } from './response-candidate.ts';

/** What is not known is answered unsigned, with unauthorized. */
export const knownStatusRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-14',
  source: 'CP 4.9.10; RFC 9919 3.2.3',
  level: 'error',
  check: ({ fields }) =>
    fields.responses.some(({ certStatus }) => certStatus.status === 'unknown')
      ? 'the status unknown is signed'
      : null,
};
