import { derFault } from '../der/canonical.ts';
import { extensionsFault } from '../extension-fields.ts';
import type { Requirement } from '../requirement.ts';
import type { ResponseCandidate } from './response-candidate.ts';

export const responseCanonicalRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-1',
  source: 'RFC 6960 4.2.1; X.690 10, 11',
  level: 'error',
  check: ({ tbs, fields }) => {
    if (fields.writtenVersion) return 'version is written out';
    const fault = derFault(tbs);
    if (fault !== null) return fault;
    const lists = fields.responses.map(({ singleExtensions }) => singleExtensions);
    for (const list of [fields.responseExtensions, ...lists]) {
      const found = list && extensionsFault(list);
      if (found) return found;
    }
    return null;
  },
};

export const oneSingleResponseRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-3',
  source: 'RFC 9919 3.2.1; RFC 6960 4.2.2.3',
  level: 'error',
  check: ({ fields }) =>
    fields.responses.length === 1 ? null : `${fields.responses.length} SingleResponses, not one`,
};
