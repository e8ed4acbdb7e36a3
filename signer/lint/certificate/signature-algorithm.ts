import { bytesEqual } from '../../../shared/bytes.ts';
import { SIGNATURE_ALGORITHM_DER } from '../../../shared/der/oids.ts';
import { derText } from '../der/text.ts';
import type { Requirement } from '../requirement.ts';
import { isSafeAlgorithm } from '../safe-algorithms.ts';
import type { CertificateCandidate } from './candidate.ts';

/** The inner AlgorithmIdentifier octet for octet; without a profile one of those that are still safe. */
export const signatureAlgorithmRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-5',
  source: 'CP 7.1.3; RFC 4055 5; RFC 5280 4.1.1.2',
  level: 'error',
  check: ({ fields, profile }) => {
    const asked = profile?.signatureAlgorithm.value;
    const same = asked && bytesEqual(fields.signature, SIGNATURE_ALGORITHM_DER[asked]);
    if (same ?? isSafeAlgorithm(fields.signature)) return null;
    return `not ${asked ?? 'an algorithm of CP 7.1.3'} but ${derText(fields.signature)}`;
  },
};
