import { profileInForce } from '../../../shared/policy/profile-in-force.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';
import { readValidity } from './certificate-fields.ts';

/** Issued on one of the days that the heading of the profile's table names. */
export const profileInForceRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-12',
  source: 'CP tables 7.1.2-1 to 7.1.2-6, headings',
  level: 'error',
  check: ({ fields, profile }) => {
    const notBefore = readValidity(fields.validity)?.notBefore;
    if (profile === null || notBefore === undefined) return null;
    const inForce = profileInForce(profile, notBefore);
    if (inForce.ok) return null;
    const { issuedFrom, issuedUntil } = inForce.error;
    return `the profile is issued from ${issuedFrom ?? 'any day'} until ${issuedUntil ?? 'any day'}`;
  },
};
