import { OID } from '../../../shared/der/oids.ts';
import { derTrue, sequence, smallInteger } from '../../../shared/der/writer.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, findExtension } from './candidate.ts';
import { profileValueCheck } from './profile-value.ts';
import { isCA } from './purposes.ts';

/** cA FALSE is the DEFAULT and left out; pathLenConstraint as the profile says. */
export const basicConstraintsRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT basicConstraints',
  source: 'CP 7.1.2-6; RFC 5280 4.2.1.9; X.690 11.5',
  level: 'error',
  check: profileValueCheck(OID['id-ce-basicConstraints'], ({ basicConstraints }) => {
    if (!basicConstraints) return null;
    const { cA, pathLenConstraint } = basicConstraints.value;
    const length = pathLenConstraint === null ? [] : [smallInteger(pathLenConstraint)];
    return sequence(...(cA ? [derTrue] : []), ...length);
  }),
};

/** Whatever the profile: a CA's basicConstraints is critical. */
export const criticalConstraintsRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT basicConstraints critical',
  source: 'RFC 5280 4.2.1.9; CSBR 7.1.2.1 a, 7.1.2.2 d',
  level: 'error',
  check: (candidate) =>
    isCA(candidate) && findExtension(candidate, OID['id-ce-basicConstraints'])?.critical === false
      ? 'basicConstraints of a CA is not critical'
      : null,
};
