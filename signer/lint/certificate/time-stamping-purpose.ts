import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { objectIdentifier, sequence } from '../../../shared/der/writer.ts';
import type { Requirement } from '../requirement.ts';
import {
  type CertificateCandidate,
  extendedKeyPurposes,
  extensionValue,
  findExtension,
} from './candidate.ts';

const SOLE_TIME_STAMPING = sequence(objectIdentifier(OID['id-kp-timeStamping']));

/** A TSA's extKeyUsage is critical and names timeStamping alone; a sub-CA's names nothing else either. */
export const timeStampingPurposeRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-1',
  source: 'RFC 3161 2.3; CSBR 7.1.2.2 g, 7.1.2.3 f',
  check: (candidate) => {
    if (!extendedKeyPurposes(candidate).includes('timeStamping')) return null;
    const value = extensionValue(candidate, OID['id-ce-extKeyUsage']);
    if (!bytesEqual(value, SOLE_TIME_STAMPING)) return 'extKeyUsage is not timeStamping alone';
    const critical = findExtension(candidate, OID['id-ce-extKeyUsage'])?.critical === true;
    const isCA = candidate.profile.basicConstraints?.value.cA === true;
    return critical || isCA ? null : 'extKeyUsage of a TSA is not critical';
  },
};
