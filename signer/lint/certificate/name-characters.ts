import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';
import { attributesOf } from './name-attributes.ts';
import { isFor, shouldBeCA } from './purposes.ts';

/** The arc of CP table 1.2-2. */
const THIS_CP = '1.2.392.200091.100.901.';
/** CP table 7.1.4-1. */
const ALLOWED = /^[A-Za-z0-9:.\- ]*$/;

/** Whether the profile is a subscriber's under the CP; the CA's own names, responders' too, keep their comma (CON-13). */
function isSubscriberProfile(candidate: CertificateCandidate): boolean {
  const policies = candidate.profile?.certificatePolicies?.value ?? [];
  return (
    !shouldBeCA(candidate) &&
    !isFor(candidate, 'OCSPSigning') &&
    policies.some(({ policyIdentifier }) => policyIdentifier.startsWith(THIS_CP))
  );
}

export const nameCharactersRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-6',
  source: 'CP table 7.1.4-1',
  level: 'error',
  check: (candidate) => {
    if (!isSubscriberProfile(candidate)) return null;
    const attributes = attributesOf(candidate.fields.subject) ?? [];
    const other = attributes.find(({ text }) => !ALLOWED.test(text));
    return other
      ? `${other.type ?? 'an attribute'} has other characters than A-Z a-z 0-9 : - . and space`
      : null;
  },
};
