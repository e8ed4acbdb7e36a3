import { OID } from '../../../shared/der/oids.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, findExtension } from './candidate.ts';
import { keyUsageNames } from './key-usage.ts';
import { isFor } from './purposes.ts';

export const ocspResponderUsageRequirement: Requirement<CertificateCandidate> = {
  rule: 'RSP-31',
  source: 'CP tables 7.1.2-3, 7.1.2-5; TLSBR 7.1.2.8.7',
  level: 'error',
  check: (candidate) => {
    if (!isFor(candidate, 'OCSPSigning')) return null;
    const usage = findExtension(candidate, OID['id-ce-keyUsage']);
    const found = usage && keyUsageNames(usage.value)?.join(', ');
    return usage?.critical && found === 'digitalSignature'
      ? null
      : 'keyUsage is not critical with digitalSignature alone';
  },
};
