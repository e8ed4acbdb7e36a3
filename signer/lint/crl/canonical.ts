import { derFault } from '../der/canonical.ts';
import { extensionsFault } from '../extension-fields.ts';
import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';

/** All but the entries, which `EntriesReport` takes in one form only. */
export const crlCanonicalRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL DER',
  source: 'RFC 5280 5.1, 5.1.2.7; X.690 10, 11',
  level: 'error',
  check: ({ fields }) => {
    const parts = [fields.signature, fields.issuer, fields.thisUpdate];
    const fault = parts.map(derFault).find((found) => found !== null);
    if (fault !== undefined) return fault;
    return fields.crlExtensions.length === 0 ? null : extensionsFault(fields.crlExtensions);
  },
};
