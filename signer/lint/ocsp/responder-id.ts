import { bytesEqual } from '../../../shared/bytes.ts';
import type { Requirement } from '../requirement.ts';
import type { ResponseCandidate } from './response-candidate.ts';

/** byKey is SHA-1 of the key bits of the certificate that goes along. */
export const responderIDRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-2',
  source: 'RFC 9919 3.2.2; RFC 6960 4.2.1',
  level: 'error',
  check: ({ fields: { responderID }, responder }) => {
    if (responderID.by === 'name') return 'responderID is byName';
    if (responderID.value.length !== 20) return 'responderID is not of 160 bits';
    return responder === null || bytesEqual(responderID.value, responder.keyHash)
      ? null
      : "responderID is not the SHA-1 hash of the responder's key";
  },
};
