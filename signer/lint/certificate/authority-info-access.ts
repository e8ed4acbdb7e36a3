import { OID } from '../../../shared/der/oids.ts';
import { objectIdentifier, sequence } from '../../../shared/der/writer.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';
import { uriName } from './locations.ts';
import { profileValueCheck } from './profile-value.ts';

/** The issuer's OCSP and caIssuers URLs, those of the profile and in its order (CON-11); none for an issuer that answers no OCSP. */
export const authorityInfoAccessRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT authorityInfoAccess',
  source: 'CP 7.1.2; CSBR 7.1.2.2 c, 7.1.2.3 c; RFC 5280 4.2.2.1',
  level: 'error',
  check: profileValueCheck(
    OID['id-pe-authorityInfoAccess'],
    ({ authorityInfoAccess }, { issuer }) => {
      const services = issuer?.services;
      if (!services || !authorityInfoAccess) return null;
      const url = { ocsp: services.ocspUrl, caIssuers: services.caIssuersUrl };
      const descriptions = authorityInfoAccess.value.flatMap((method) => {
        const location = url[method];
        if (location === null) return [];
        return [sequence(objectIdentifier(OID[`id-ad-${method}`]), uriName(location))];
      });
      return sequence(...descriptions);
    },
  ),
};
