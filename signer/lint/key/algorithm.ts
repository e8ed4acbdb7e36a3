import { keyAlgorithmText } from '../../../shared/policy/certificate-policy.ts';
import type { KeyRequirement } from '../../../shared/policy/profiles.ts';
import { type SubjectPublicKey, subjectKeyText } from '../../issuance/subject-public-key.ts';
import type { KeyCheck } from './candidate.ts';

/** The kinds, sizes and curves of the profile and no other. */
export const keyAlgorithmCheck: KeyCheck = {
  title: 'kind and size',
  rule: 'CRT-4',
  source: 'CP 6.1.5, 7.1.3; CSBR 6.1.5',
  level: 'error',
  applies: () => true,
  check: ({ key, profile }) =>
    isAllowed(key, profile)
      ? null
      : `the key is ${subjectKeyText(key)}; the profile asks for ${requirementText(profile)}`,
};

function isAllowed(key: SubjectPublicKey, profile: KeyRequirement): boolean {
  if (key.kind === 'rsa' && profile.kind === 'rsa')
    return profile.modulusLengths.some((length) => length === key.modulusLength);
  if (key.kind === 'ec' && profile.kind === 'ec')
    return profile.namedCurves.includes(key.namedCurve);
  return false;
}

function requirementText(requirement: KeyRequirement): string {
  return requirement.kind === 'rsa'
    ? requirement.modulusLengths
        .map((modulusLength) => keyAlgorithmText({ kind: 'rsa', modulusLength }))
        .join(' or ')
    : requirement.namedCurves.join(' or ');
}
