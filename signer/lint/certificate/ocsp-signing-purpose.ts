import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, extensionValue } from './candidate.ts';
import { isFor, soleKeyPurpose } from './purposes.ts';

export const ocspSigningPurposeRequirement: Requirement<CertificateCandidate> = {
  rule: 'RSP-30',
  source: 'CP tables 7.1.2-3, 7.1.2-5; RFC 6960 4.2.2.2; TLSBR 7.1.2.8.5',
  level: 'error',
  check: (candidate) => {
    if (!isFor(candidate, 'OCSPSigning')) return null;
    const purposes = extensionValue(candidate, OID['id-ce-extKeyUsage']);
    return bytesEqual(purposes, soleKeyPurpose('OCSPSigning'))
      ? null
      : 'extKeyUsage is not OCSPSigning alone';
  },
};
