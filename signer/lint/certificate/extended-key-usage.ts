import { OID } from '../../../shared/der/oids.ts';
import { objectIdentifier, sequence } from '../../../shared/der/writer.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';
import { profileValueCheck } from './profile-value.ts';

/** The purposes of the profile in its order; anyExtendedKeyUsage is in none. */
export const extendedKeyUsageRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT extKeyUsage',
  source: 'CP 7.1.2; RFC 5280 4.2.1.12',
  level: 'error',
  check: profileValueCheck(OID['id-ce-extKeyUsage'], ({ extKeyUsage }) =>
    extKeyUsage
      ? sequence(...extKeyUsage.value.map((purpose) => objectIdentifier(OID[`id-kp-${purpose}`])))
      : null,
  ),
};
