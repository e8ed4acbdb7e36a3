import type { Requirement } from '../requirement.ts';
import { archiveCutoffRequirement } from './archive-cutoff.ts';
import type { OCSPCandidate } from './candidate.ts';
import { responseRequirements } from './response-requirements.ts';
import { revocationReasonRequirement, revocationTimeRequirement } from './revocation.ts';
import { ofSamples, samplesReadableRequirement } from './samples.ts';

/** Everything that is checked before OCSP responses are signed: of each status, and of samples' bytes. */
export const ocspRequirements: readonly Requirement<OCSPCandidate>[] = [
  revocationTimeRequirement,
  revocationReasonRequirement,
  archiveCutoffRequirement,
  samplesReadableRequirement,
  ...responseRequirements.map(ofSamples),
];
