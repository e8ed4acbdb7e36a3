import { asciiBytes } from '../../../shared/bytes.ts';
import { contextPrimitiveTag } from '../../../shared/der/tags.ts';
import { element } from '../../../shared/der/writer.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';
import { isSelfSigned } from './purposes.ts';

/** GeneralName uniformResourceIdentifier [6] (RFC 5280 4.2.1.6). */
export function uriName(uri: string): Uint8Array {
  return element(contextPrimitiveTag(6), asciiBytes(uri));
}

/** No certificate with URLs is signed unless it is known which they must be. */
export const locationsKnownRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT locations',
  source: 'CP 7.1.2',
  level: 'error',
  check: (candidate) => {
    const { profile, issuer, signedAt } = candidate;
    const asked = profile?.cRLDistributionPoints?.value || profile?.authorityInfoAccess;
    if (!asked || signedAt === null || issuer?.services || isSelfSigned(candidate)) return null;
    return 'where the issuer publishes is not known';
  },
};
