import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, extensionValue, findExtension } from './candidate.ts';
import { isFor, shouldBeCA, soleKeyPurpose } from './purposes.ts';

/** A TSA's extKeyUsage is critical and names timeStamping alone. */
export const timeStampingPurposeRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-1',
  source: 'RFC 3161 2.3; CSBR 7.1.2.3 f',
  level: 'error',
  check: (candidate) => {
    if (!isFor(candidate, 'timeStamping') || shouldBeCA(candidate)) return null;
    const value = extensionValue(candidate, OID['id-ce-extKeyUsage']);
    if (!bytesEqual(value, soleKeyPurpose('timeStamping')))
      return 'extKeyUsage is not timeStamping alone';
    const critical = findExtension(candidate, OID['id-ce-extKeyUsage'])?.critical === true;
    return critical ? null : 'extKeyUsage of a TSA is not critical';
  },
};
