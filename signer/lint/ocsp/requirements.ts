import type { Requirement } from '../requirement.ts';
import { archiveCutoffRequirement } from './archive-cutoff.ts';
import type { OCSPCandidate } from './candidate.ts';
import { responderIDRequirement } from './responder-id.ts';
import { revocationReasonRequirement, revocationTimeRequirement } from './revocation.ts';
import {
  responderOutlivesRequirement,
  thisUpdateRequirement,
  validityRequirement,
} from './times.ts';

/** Everything that is checked before OCSP responses are signed. */
export const ocspRequirements: readonly Requirement<OCSPCandidate>[] = [
  responderIDRequirement,
  thisUpdateRequirement,
  validityRequirement,
  responderOutlivesRequirement,
  revocationTimeRequirement,
  revocationReasonRequirement,
  archiveCutoffRequirement,
];
