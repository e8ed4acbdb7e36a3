import { AsnConvert } from '@peculiar/asn1-schema';
import { BasicConstraints, KeyUsage, KeyUsageFlags } from '@peculiar/asn1-x509';
import { OID } from '../../../shared/der/oids.ts';
import type { Requirement } from '../requirement.ts';
import { type CertificateCandidate, extensionValue } from './candidate.ts';

/**
 * Exactly the bits of the profile. A CA signs certificates and CRLs and nothing else (RSP-19); nobody
 * else signs certificates.
 */
export const keyUsageRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT keyUsage',
  source: 'CP 7.1.2; CSBR 7.1.2.1 b, 7.1.2.2 e; RFC 5280 4.2.1.3, 4.2.1.9',
  check: (candidate) => {
    const constraints = extensionValue(candidate, OID['id-ce-basicConstraints']);
    const cA = constraints.length > 0 && AsnConvert.parse(constraints, BasicConstraints).cA;
    const value = extensionValue(candidate, OID['id-ce-keyUsage']);
    if (value.length === 0) return 'absent';
    const usage = AsnConvert.parse(value, KeyUsage).toNumber();
    const caUsage = KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;
    if (cA) return usage === caUsage ? null : 'a CA asserts other than keyCertSign and cRLSign';
    if ((usage & caUsage) !== 0) return 'keyCertSign or cRLSign without being a CA';
    const asked = candidate.profile.keyUsage.value.map((bit) => KeyUsageFlags[bit]);
    return usage === asked.reduce((sum, bit) => sum | bit, 0)
      ? null
      : 'not the bits of the profile';
  },
};
