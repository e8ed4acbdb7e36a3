import { asciiBytes } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { TAG } from '../../../shared/der/tags.ts';
import { element, objectIdentifier, sequence } from '../../../shared/der/writer.ts';
import type { PolicyInformation } from '../../../shared/policy/profiles.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';
import { profileValueCheck } from './profile-value.ts';

/** CP 7.1.8: the qualifier is the CPS URI, an IA5String, and no other. */
function policyInformation({ policyIdentifier, cPSuri }: PolicyInformation): Uint8Array {
  const identifier = objectIdentifier(policyIdentifier);
  if (cPSuri === undefined) return sequence(identifier);
  const uri = element(TAG.ia5String, asciiBytes(cPSuri));
  return sequence(identifier, sequence(sequence(objectIdentifier(OID['id-qt-cps']), uri)));
}

/** The policy identifiers and CPS URIs of the profile, in its order. */
export const certificatePoliciesRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT-9',
  source: 'CP 7.1.2, 7.1.6, 7.1.8; CSBR 7.1.6.3; RFC 5280 4.2.1.4',
  level: 'error',
  check: profileValueCheck(OID['id-ce-certificatePolicies'], ({ certificatePolicies }) =>
    certificatePolicies ? sequence(...certificatePolicies.value.map(policyInformation)) : null,
  ),
};
