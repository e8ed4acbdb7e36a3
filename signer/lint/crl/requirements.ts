import type { Requirement } from '../requirement.ts';
import { crlIssuerRequirement, crlVersionRequirement } from './basic-fields.ts';
import type { CRLCandidate } from './candidate.ts';
import { crlEntriesRequirement } from './entries.ts';
import { crlExtensionsRequirement, crlNumberRequirement } from './number.ts';
import { crlNextUpdateRequirement, crlTimesRequirement } from './times.ts';

/** Everything that is checked before a CRL is signed. */
export const crlRequirements: readonly Requirement<CRLCandidate>[] = [
  crlVersionRequirement,
  crlIssuerRequirement,
  crlTimesRequirement,
  crlNextUpdateRequirement,
  crlExtensionsRequirement,
  crlNumberRequirement,
  crlEntriesRequirement,
];
