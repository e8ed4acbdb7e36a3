import { bytesEqual } from '../../../shared/bytes.ts';
import { SIGNATURE_ALGORITHM_DER } from '../../../shared/der/oids.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';

/** The inner AlgorithmIdentifier octet for octet; the outer one is written from the same constant. */
export const signatureAlgorithmRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-5',
  source: 'CP 7.1.3; RFC 4055 5; RFC 5280 4.1.1.2',
  check: ({ fields, profile }) => {
    const asked = profile.signatureAlgorithm.value;
    return bytesEqual(fields.signature, SIGNATURE_ALGORITHM_DER[asked]) ? null : `not ${asked}`;
  },
};
