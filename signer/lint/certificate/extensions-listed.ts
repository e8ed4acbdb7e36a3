import { OID } from '../../../shared/der/oids.ts';
import type { CertificateProfile } from '../../../shared/policy/profiles.ts';
import type { ProfileExtension } from '../../../shared/policy/sourced.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';

/** object identifier → must it be critical */
function expectedExtensions(
  profile: CertificateProfile,
  selfSigned: boolean,
): ReadonlyMap<string, boolean> {
  const expected = new Map<string, boolean>([
    [OID['id-ce-subjectKeyIdentifier'], false],
    [OID['id-ce-keyUsage'], profile.keyUsage.critical],
  ]);
  const add = (oid: string, extension: ProfileExtension<unknown> | undefined) => {
    if (extension && extension.value !== false) expected.set(oid, extension.critical);
  };
  if (!selfSigned) expected.set(OID['id-ce-authorityKeyIdentifier'], false);
  add(OID['id-ce-extKeyUsage'], profile.extKeyUsage);
  add(OID['id-ce-certificatePolicies'], profile.certificatePolicies);
  add(OID['id-ce-basicConstraints'], profile.basicConstraints);
  add(OID['id-pkix-ocsp-nocheck'], profile.ocspNoCheck);
  add(OID['id-ce-cRLDistributionPoints'], profile.cRLDistributionPoints);
  add(OID['id-pe-authorityInfoAccess'], profile.authorityInfoAccess);
  add(OID['id-ce-subjectAltName'], profile.subjectAltName);
  return expected;
}

/** Exactly the extensions of the profile's table, each once, with the table's criticality. */
export const extensionsListedRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT extensions',
  source: 'CP 7.1.2; CSBR 7.1.2.4',
  check: ({ parsed, profile, issuer }) => {
    const expected = expectedExtensions(profile, issuer.notAfter === null);
    const extensions = parsed.extensions ?? [];
    const found = new Set(extensions.map((extension) => extension.extnID));
    if (found.size !== extensions.length) return 'an extension appears twice';
    for (const { extnID, critical } of extensions) {
      const mustBeCritical = expected.get(extnID);
      if (mustBeCritical === undefined) return `${extnID} is not in the profile`;
      if (mustBeCritical !== critical) return `${extnID} is ${critical ? '' : 'not '}critical`;
    }
    const missing = [...expected.keys()].find((oid) => !found.has(oid));
    return missing === undefined ? null : `${missing} is missing`;
  },
};
