import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';
import { readValidity } from './certificate-fields.ts';
import { isFor } from './purposes.ts';

/** With nocheck nobody can revoke it, so it lives 45 days at most. */
const DAYS = 45;

export const ocspResponderValidityRequirement: Requirement<CertificateCandidate> = {
  rule: 'RSP-36',
  source: 'RFC 6960 4.2.2.2.1; RFC 9919 3.2.2',
  level: 'warning',
  check: (candidate) => {
    const validity = readValidity(candidate.fields.validity);
    if (!validity || !isFor(candidate, 'OCSPSigning')) return null;
    const seconds = validity.notAfter - validity.notBefore;
    return seconds < DAYS * 86_400
      ? null
      : `a responder valid for ${Math.ceil(seconds / 86_400)} days, more than ${DAYS}`;
  },
};
