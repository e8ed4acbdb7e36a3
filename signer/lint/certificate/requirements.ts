import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';
import { extensionsListedRequirement } from './extensions-listed.ts';
import { issuerNameRequirement } from './issuer-name.ts';
import {
  authorityKeyIdentifierRequirement,
  subjectKeyIdentifierRequirement,
} from './key-identifiers.ts';
import { keyUsageRequirement } from './key-usage.ts';
import { ocspResponderRequirement } from './ocsp-responder.ts';
import { serialNumberRequirement } from './serial-number.ts';
import { signatureAlgorithmRequirement } from './signature-algorithm.ts';
import { timeStampingPurposeRequirement } from './time-stamping-purpose.ts';
import {
  issuerOutlivesRequirement,
  notBackdatedRequirement,
  timeEncodingRequirement,
  timeStampValidityRequirement,
} from './validity.ts';
import { versionRequirement } from './version.ts';

/** Everything that is checked before a certificate is signed. */
export const certificateRequirements: readonly Requirement<CertificateCandidate>[] = [
  versionRequirement,
  serialNumberRequirement,
  signatureAlgorithmRequirement,
  issuerNameRequirement,
  notBackdatedRequirement,
  issuerOutlivesRequirement,
  timeEncodingRequirement,
  timeStampValidityRequirement,
  extensionsListedRequirement,
  subjectKeyIdentifierRequirement,
  authorityKeyIdentifierRequirement,
  keyUsageRequirement,
  timeStampingPurposeRequirement,
  ocspResponderRequirement,
];
