import { OID } from '../../../shared/der/oids.ts';
import { contextTag } from '../../../shared/der/tags.ts';
import { element, sequence } from '../../../shared/der/writer.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';
import { uriName } from './locations.ts';
import { profileValueCheck } from './profile-value.ts';

/** One DistributionPoint with one fullName: the URL at which the issuer publishes its CRL. */
export const crlDistributionPointsRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT cRLDistributionPoints',
  source: 'CP 7.1.2; CSBR 7.1.2.2 b, 7.1.2.3 b; RFC 5280 4.2.1.13',
  level: 'error',
  check: profileValueCheck(OID['id-ce-cRLDistributionPoints'], (profile, { issuer }) => {
    if (!issuer?.services || !profile.cRLDistributionPoints?.value) return null;
    const fullName = element(contextTag(0), uriName(issuer.services.crlUrl));
    return sequence(sequence(element(contextTag(0), fullName)));
  }),
};
