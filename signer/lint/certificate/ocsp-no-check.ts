import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { derNull } from '../../../shared/der/writer.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, findExtension } from './candidate.ts';
import { isFor } from './purposes.ts';

/** The content is NULL, octets 05 00. */
export const ocspNoCheckRequirement: Requirement<CertificateCandidate> = {
  rule: 'RSP-32',
  source: 'CP tables 7.1.2-3, 7.1.2-5; CSBR 4.9.9; RFC 6960 4.2.2.2.1',
  level: 'error',
  check: (candidate) => {
    if (!isFor(candidate, 'OCSPSigning')) return null;
    const noCheck = findExtension(candidate, OID['id-pkix-ocsp-nocheck']);
    if (!noCheck || !bytesEqual(noCheck.value, derNull)) return 'id-pkix-ocsp-nocheck is not NULL';
    return noCheck.critical ? 'id-pkix-ocsp-nocheck is critical' : null;
  },
};
