import { bytesEqual } from '../../../shared/bytes.ts';
import { SIGNATURE_ALGORITHM_DER } from '../../../shared/der/oids.ts';
import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';

export const crlVersionRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-1',
  source: 'CP 7.2.1; RFC 5280 5.1.2.1',
  check: ({ fields }) =>
    fields.version.length === 1 && fields.version[0] === 1 ? null : 'the version is not v2(1)',
};

export const crlIssuerRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-2',
  source: 'CP 7.1.3; RFC 5280 5.1.1.2, 5.1.2.3',
  check: ({ fields, issuer, signatureAlgorithm }) => {
    if (!bytesEqual(fields.issuer, issuer)) return 'issuer differs from the subject of the CA';
    const expected = SIGNATURE_ALGORITHM_DER[signatureAlgorithm];
    return bytesEqual(fields.signature, expected) ? null : `not ${signatureAlgorithm}`;
  },
};
