import { OID } from '../../../shared/der/oids.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, findExtension } from './candidate.ts';
import { isCA, isFor } from './purposes.ts';

const NAME_CONSTRAINTS = '2.5.29.30';

const FORBIDDEN = [
  OID['id-ce-cRLDistributionPoints'],
  OID['id-pe-authorityInfoAccess'],
  OID['id-ce-subjectAltName'],
  NAME_CONSTRAINTS,
];

/** Nothing that points to revocation of a certificate that is not checked for it, and no CA. */
export const ocspResponderPointersRequirement: Requirement<CertificateCandidate> = {
  rule: 'RSP-34',
  source: 'CP tables 7.1.2-3, 7.1.2-5; RFC 9919 3.2.2; TLSBR 7.1.2.8',
  level: 'error',
  check: (candidate) => {
    if (!isFor(candidate, 'OCSPSigning')) return null;
    const forbidden = FORBIDDEN.find((oid) => findExtension(candidate, oid));
    if (forbidden !== undefined) return `${forbidden} must not be there`;
    return isCA(candidate) ? 'a responder is a CA' : null;
  },
};
