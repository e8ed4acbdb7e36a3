import type { Requirement } from '../requirement.ts';
import { crlAsMeantRequirement } from './as-meant.ts';
import { crlIssuerRequirement, crlVersionRequirement } from './basic-fields.ts';
import type { CRLCandidate } from './candidate.ts';
import { crlCanonicalRequirement } from './canonical.ts';
import { crlEntriesRequirement } from './entries.ts';
import { crlEntryReasonsRequirement } from './entry-reasons.ts';
import { crlExpiredCertsRequirement } from './expired-certs.ts';
import { crlExtensionsRequirement } from './extensions.ts';
import { crlNotEmptyRequirement } from './not-empty.ts';
import { crlNumberRequirement } from './number.ts';
import { crlCompleteRequirement } from './partition.ts';
import { crlNextUpdateRequirement, crlTimesRequirement, crlValidityRequirement } from './times.ts';

/** Everything that is checked of a CRL: before it is signed, and of any file. */
export const crlRequirements: readonly Requirement<CRLCandidate>[] = [
  crlCanonicalRequirement,
  crlVersionRequirement,
  crlIssuerRequirement,
  crlTimesRequirement,
  crlValidityRequirement,
  crlNextUpdateRequirement,
  crlExtensionsRequirement,
  crlNumberRequirement,
  crlCompleteRequirement,
  crlExpiredCertsRequirement,
  crlNotEmptyRequirement,
  crlEntryReasonsRequirement,
  crlEntriesRequirement,
  crlAsMeantRequirement,
];
