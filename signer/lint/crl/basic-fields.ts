import { bytesEqual } from '../../../shared/bytes.ts';
import { SIGNATURE_ALGORITHM_DER } from '../../../shared/der/oids.ts';
import { derText } from '../der/text.ts';
import type { Requirement } from '../requirement.ts';
import { isSafeAlgorithm } from '../safe-algorithms.ts';
import type { CRLCandidate } from './candidate.ts';

export const crlVersionRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-1',
  source: 'CP 7.2.1; RFC 5280 5.1.2.1',
  level: 'error',
  check: ({ fields: { version } }) =>
    version?.length === 1 && version[0] === 1 ? null : 'the version is not v2(1)',
};

export const crlIssuerRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-2',
  source: 'CP 7.1.3; RFC 5280 5.1.1.2, 5.1.2.3',
  level: 'error',
  check: ({ fields, issuer, signatureAlgorithm: asked }) => {
    if (issuer !== null && !bytesEqual(fields.issuer, issuer))
      return 'issuer differs from the subject of the CA';
    const same = asked && bytesEqual(fields.signature, SIGNATURE_ALGORITHM_DER[asked]);
    if (same ?? isSafeAlgorithm(fields.signature)) return null;
    return `not ${asked ?? 'an algorithm of CP 7.1.3'} but ${derText(fields.signature)}`;
  },
};
