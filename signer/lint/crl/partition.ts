import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';

const FORBIDDEN: ReadonlyMap<string, string> = new Map([
  ['2.5.29.28', 'issuingDistributionPoint'],
  ['2.5.29.27', 'deltaCRLIndicator'],
  ['2.5.29.46', 'freshestCRL'],
]);

/** A full CRL of this CA's own certificates. */
export const crlCompleteRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-10',
  source: 'RFC 5280 5.2.4 to 5.2.6; TLSBR 7.2.2.1',
  level: 'error',
  check: ({ fields }) => {
    const found = fields.crlExtensions.find(({ extnID }) => FORBIDDEN.has(extnID));
    return found ? `${FORBIDDEN.get(found.extnID)} must not be there` : null;
  },
};
