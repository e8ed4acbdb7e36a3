import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, extensionValue } from './candidate.ts';
import { isFor, shouldBeCA, soleKeyPurpose } from './purposes.ts';

/** No codeSigning, anyExtendedKeyUsage, serverAuth or emailProtection, nor anything else beside it. */
export const timeStampingCAPurposeRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-2',
  source: 'CSBR 7.1.2.2 g; CP table 7.1.2-6; CON-9',
  level: 'error',
  check: (candidate) => {
    if (!isFor(candidate, 'timeStamping') || !shouldBeCA(candidate)) return null;
    const value = extensionValue(candidate, OID['id-ce-extKeyUsage']);
    return bytesEqual(value, soleKeyPurpose('timeStamping'))
      ? null
      : 'extKeyUsage of a sub-CA for time-stamping is not timeStamping alone';
  },
};
