import type { Requirement } from '../requirement.ts';
import { certIDRequirement } from './cert-id.ts';
import { certsRequirement } from './certs.ts';
import {
  encodedArchiveCutoffRequirement,
  noReasonExtensionRequirement,
  responseExtensionsRequirement,
} from './extensions.ts';
import { oneSingleResponseRequirement, responseCanonicalRequirement } from './form.ts';
import { knownStatusRequirement } from './known-status.ts';
import { noSuspensionRequirement } from './no-suspension.ts';
import { responderIDRequirement } from './responder-id.ts';
import { responseAlgorithmRequirement } from './response-algorithm.ts';
import type { ResponseCandidate } from './response-candidate.ts';
import {
  encodedRevocationReasonRequirement,
  encodedRevocationTimeRequirement,
} from './revocation.ts';
import {
  nextUpdateRequirement,
  responderOutlivesRequirement,
  thisUpdateRequirement,
  timeFormRequirement,
  validityRequirement,
} from './times.ts';

/** What holds of the bytes of every response, also of one that was made for one request. */
export const anyResponseRequirements: readonly Requirement<ResponseCandidate>[] = [
  responseCanonicalRequirement,
  responderIDRequirement,
  certIDRequirement,
  timeFormRequirement,
  nextUpdateRequirement,
  thisUpdateRequirement,
  validityRequirement,
  encodedRevocationReasonRequirement,
  noReasonExtensionRequirement,
  noSuspensionRequirement,
  knownStatusRequirement,
  encodedArchiveCutoffRequirement,
  certsRequirement,
  responderOutlivesRequirement,
  responseAlgorithmRequirement,
  encodedRevocationTimeRequirement,
];

/** Everything that is checked of the bytes of one response: in samples before they are signed, and of any file. */
export const responseRequirements: readonly Requirement<ResponseCandidate>[] = [
  ...anyResponseRequirements,
  oneSingleResponseRequirement,
  responseExtensionsRequirement,
];
