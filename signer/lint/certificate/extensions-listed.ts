import { OID } from '../../../shared/der/oids.ts';
import type { CertificateProfile } from '../../../shared/policy/profiles.ts';
import type { ProfileExtension } from '../../../shared/policy/sourced.ts';
import { extensionsFault } from '../extension-fields.ts';
import type { Requirement } from '../requirement.ts';
import type { CertificateCandidate } from './candidate.ts';
import { isSelfSigned } from './purposes.ts';

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

/** Exactly the extensions of the profile's table, with the table's criticality. */
export const extensionsListedRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT extensions',
  source: 'CP 7.1.2; CSBR 7.1.2.4',
  level: 'error',
  check: (candidate) => {
    const { fields, profile } = candidate;
    if (profile === null) return null;
    const expected = expectedExtensions(profile, isSelfSigned(candidate));
    for (const { extnID, critical } of fields.extensions) {
      const mustBeCritical = expected.get(extnID);
      if (mustBeCritical === undefined) return `${extnID} is not in the profile`;
      if (mustBeCritical !== critical) return `${extnID} is ${critical ? '' : 'not '}critical`;
    }
    const found = new Set(fields.extensions.map(({ extnID }) => extnID));
    const missing = [...expected.keys()].find((oid) => !found.has(oid));
    return missing === undefined ? null : `${missing} is missing`;
  },
};

/** Each once, none empty, no DEFAULT written out, every value canonical DER. */
export const extensionsCanonicalRequirement: Requirement<CertificateCandidate> = {
  rule: 'CRT extensions DER',
  source: 'RFC 5280 4.1.2.9, 4.2; X.690 11.5',
  level: 'error',
  check: ({ fields }) => extensionsFault(fields.extensions),
};
