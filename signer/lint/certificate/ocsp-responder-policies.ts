import { OID } from '../../../shared/der/oids.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, findExtension } from './candidate.ts';
import { readValidity } from './certificate-fields.ts';
import { isFor } from './purposes.ts';

/** 2023-09-15T00:00:00+09:00: until the day before the CP left it open. */
const FORBIDDEN_SINCE = 1_694_703_600;

export const ocspResponderPoliciesRequirement: Requirement<CertificateCandidate> = {
  rule: 'RSP-33',
  source: 'CP tables 7.1.2-3, 7.1.2-5; CON-26',
  level: 'error',
  check: (candidate) => {
    const oid = OID['id-ce-certificatePolicies'];
    if (!isFor(candidate, 'OCSPSigning') || !findExtension(candidate, oid)) return null;
    const notBefore = readValidity(candidate.fields.validity)?.notBefore ?? FORBIDDEN_SINCE;
    return notBefore < FORBIDDEN_SINCE ? null : `${oid} must not be there`;
  },
};
