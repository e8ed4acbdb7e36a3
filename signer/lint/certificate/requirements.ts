import type { Requirement } from '../requirement.ts';
import { asMeantRequirement } from './as-meant.ts';
import { authorityInfoAccessRequirement } from './authority-info-access.ts';
import {
  basicConstraintsRequirement,
  criticalConstraintsRequirement,
} from './basic-constraints.ts';
import type { CertificateCandidate } from './candidate.ts';
import { canonicalRequirement } from './canonical.ts';
import { certificatePoliciesRequirement } from './certificate-policies.ts';
import { crlDistributionPointsRequirement } from './crl-distribution-points.ts';
import { extendedKeyUsageRequirement } from './extended-key-usage.ts';
import {
  extensionsCanonicalRequirement,
  extensionsListedRequirement,
} from './extensions-listed.ts';
import { issuerNameRequirement } from './issuer-name.ts';
import {
  authorityKeyIdentifierRequirement,
  subjectKeyIdentifierRequirement,
} from './key-identifiers.ts';
import { keyUsageRequirement } from './key-usage.ts';
import { locationsKnownRequirement } from './locations.ts';
import { nameCharactersRequirement } from './name-characters.ts';
import { nameEncodingsRequirement, nameLengthsRequirement } from './name-lengths.ts';
import { ocspNoCheckRequirement } from './ocsp-no-check.ts';
import { ocspResponderPointersRequirement } from './ocsp-responder-pointers.ts';
import { ocspResponderPoliciesRequirement } from './ocsp-responder-policies.ts';
import { ocspResponderUsageRequirement } from './ocsp-responder-usage.ts';
import { ocspResponderValidityRequirement } from './ocsp-responder-validity.ts';
import { ocspSigningPurposeRequirement } from './ocsp-signing-purpose.ts';
import { profileInForceRequirement } from './profile-in-force.ts';
import { publicKeyRequirement } from './public-key.ts';
import { rootCA3EndRequirement } from './root-ca3-end.ts';
import { serialNumberRequirement } from './serial-number.ts';
import { signatureAlgorithmRequirement } from './signature-algorithm.ts';
import { subjectAltNameRequirement } from './subject-alt-name.ts';
import { timeStampingCAPurposeRequirement } from './time-stamping-ca-purpose.ts';
import { timeStampingPurposeRequirement } from './time-stamping-purpose.ts';
import {
  issuerOutlivesRequirement,
  notBackdatedRequirement,
  profileValidityRequirement,
  timeEncodingRequirement,
  timeStampValidityRequirement,
} from './validity.ts';
import { uniqueIdentifiersRequirement, versionRequirement } from './version.ts';

/** Everything that is checked of a certificate: before it is signed, and of any file. */
export const certificateRequirements: readonly Requirement<CertificateCandidate>[] = [
  canonicalRequirement,
  versionRequirement,
  uniqueIdentifiersRequirement,
  serialNumberRequirement,
  signatureAlgorithmRequirement,
  issuerNameRequirement,
  nameLengthsRequirement,
  nameEncodingsRequirement,
  nameCharactersRequirement,
  asMeantRequirement,
  publicKeyRequirement,
  timeEncodingRequirement,
  notBackdatedRequirement,
  issuerOutlivesRequirement,
  profileValidityRequirement,
  timeStampValidityRequirement,
  extensionsCanonicalRequirement,
  extensionsListedRequirement,
  subjectKeyIdentifierRequirement,
  authorityKeyIdentifierRequirement,
  basicConstraintsRequirement,
  criticalConstraintsRequirement,
  keyUsageRequirement,
  extendedKeyUsageRequirement,
  certificatePoliciesRequirement,
  locationsKnownRequirement,
  crlDistributionPointsRequirement,
  authorityInfoAccessRequirement,
  subjectAltNameRequirement,
  timeStampingPurposeRequirement,
  timeStampingCAPurposeRequirement,
  ocspSigningPurposeRequirement,
  ocspResponderUsageRequirement,
  ocspNoCheckRequirement,
  ocspResponderPoliciesRequirement,
  ocspResponderPointersRequirement,
  ocspResponderValidityRequirement,
  rootCA3EndRequirement,
  profileInForceRequirement,
];
