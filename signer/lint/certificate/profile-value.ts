import { bytesEqual } from '../../../shared/bytes.ts';
import type { CertificateProfile } from '../../../shared/policy/profiles.ts';
import { derText } from '../der/text.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, extensionValue } from './candidate.ts';

type Check = Requirement<CertificateCandidate>['check'];

/**
 * An extension that is there has octet for octet the value that the profile asks for, written here
 * by another writer than the certificate's. null: the profile leaves it open. That it is there at
 * all is for `extensionsListedRequirement`.
 */
export function profileValueCheck(
  oid: string,
  expected: (profile: CertificateProfile, candidate: CertificateCandidate) => Uint8Array | null,
): Check {
  return (candidate) => {
    const { profile } = candidate;
    const found = extensionValue(candidate, oid);
    if (profile === null || found.length === 0) return null;
    const asked = expected(profile, candidate);
    if (asked === null || bytesEqual(found, asked)) return null;
    return `is ${derText(found)}, the profile asks for ${derText(asked)}`;
  };
}
