import { derText } from '../der/text.ts';
import type { Requirement } from '../requirement.ts';
import { isSafeAlgorithm } from '../safe-algorithms.ts';
import type { ResponseCandidate } from './response-candidate.ts';

export const responseAlgorithmRequirement: Requirement<ResponseCandidate> = {
  rule: 'RSP-22',
  source: 'CP 7.1.3; RFC 4055 5; TLSBR 7.1.3.2',
  level: 'error',
  check: ({ signatureAlgorithm }) =>
    isSafeAlgorithm(signatureAlgorithm) ? null : `signed with ${derText(signatureAlgorithm)}`,
};
