import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { derNull, objectIdentifier, sequence } from '../../../shared/der/writer.ts';
import type { Requirement } from '../requirement.ts';
import {
  type CertificateCandidate,
  extendedKeyPurposes,
  extensionValue,
  findExtension,
} from './candidate.ts';

const SOLE_OCSP_SIGNING = sequence(objectIdentifier(OID['id-kp-OCSPSigning']));

const FORBIDDEN = [
  OID['id-ce-certificatePolicies'],
  OID['id-ce-cRLDistributionPoints'],
  OID['id-pe-authorityInfoAccess'],
  OID['id-ce-subjectAltName'],
  '2.5.29.30',
];

/** CP tables 7.1.2-3 and 7.1.2-5: OCSPSigning alone, nocheck, and none of what RSP-33 and RSP-34 forbid. */
export const ocspResponderRequirement: Requirement<CertificateCandidate> = {
  rule: 'RSP-30 to RSP-34',
  source: 'CP tables 7.1.2-3, 7.1.2-5; RFC 6960 4.2.2.2; CSBR 4.9.9',
  check: (candidate) => {
    if (!extendedKeyPurposes(candidate).includes('OCSPSigning')) return null;
    const purposes = extensionValue(candidate, OID['id-ce-extKeyUsage']);
    if (!bytesEqual(purposes, SOLE_OCSP_SIGNING)) return 'extKeyUsage is not OCSPSigning alone';
    const noCheck = extensionValue(candidate, OID['id-pkix-ocsp-nocheck']);
    if (!bytesEqual(noCheck, derNull)) return 'id-pkix-ocsp-nocheck is not NULL';
    const forbidden = FORBIDDEN.find((oid) => findExtension(candidate, oid));
    return forbidden === undefined ? null : `${forbidden} must not be there`;
  },
};
