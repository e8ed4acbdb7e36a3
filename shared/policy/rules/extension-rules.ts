import type { CertificateProfile } from '../profiles.ts';
import {
  isCA,
  isResponder,
  isTimeStamping,
  isUnderCP,
  isUnderCSBR,
  type ProfileRule,
  type ProfileUse,
} from './profile-use.ts';

/** CSBR 7.1.6.3: in sub-CAs for time-stamping since 2022-03-31. */
const CSBR_TIME_STAMPING = '2.23.140.1.4.2';

function sole({ extKeyUsage }: CertificateProfile): boolean {
  return extKeyUsage?.value.length === 1;
}

function sameBits(profile: CertificateProfile, ...bits: readonly string[]): boolean {
  const { critical, value } = profile.keyUsage;
  return (
    critical && value.length === bits.length && bits.every((bit) => value.some((b) => b === bit))
  );
}

/** A certificate that carries what its issuer publishes: neither a root nor a responder. */
function isIssued({ role }: ProfileUse): boolean {
  return role === 'sub-ca' || role === 'subscriber';
}

export const EXTENSION_RULES: readonly ProfileRule[] = [
  {
    clause: 'RFC 3161 2.3; CSBR 7.1.2.2 g, 7.1.2.3 f; CRT-1, CRT-2',
    field: 'extKeyUsage',
    check: ({ profile }) => {
      if (!isTimeStamping(profile)) return null;
      if (!sole(profile)) return 'must be timeStamping alone';
      if (isCA(profile) || profile.extKeyUsage?.critical) return null;
      return 'must be critical';
    },
  },
  {
    clause: 'CSBR 7.1.2.2 g, 7.1.2.3 f; CP tables 7.1.2-4, 7.1.2-6; CRT-2; CON-9',
    field: 'extKeyUsage',
    check: (use) =>
      isUnderCSBR(use) && isIssued(use) && !isTimeStamping(use.profile)
        ? 'must be timeStamping'
        : null,
  },
  {
    clause: 'CP tables 7.1.2-3, 7.1.2-5; RFC 6960 4.2.2.2; RSP-30',
    field: 'extKeyUsage',
    check: ({ profile, role }) => {
      if (role !== 'responder')
        return isResponder(profile) ? 'may be OCSPSigning in the responder profile alone' : null;
      return isResponder(profile) && sole(profile) ? null : 'must be OCSPSigning alone';
    },
  },
  {
    clause: 'CP tables 7.1.2-3, 7.1.2-5; TLSBR 7.1.2.8.7; RSP-31',
    field: 'keyUsage',
    check: ({ profile, role }) =>
      role !== 'responder' || sameBits(profile, 'digitalSignature')
        ? null
        : 'must be digitalSignature alone, critical',
  },
  {
    clause: 'CP tables 7.1.2-3, 7.1.2-5; CSBR 4.9.9; RFC 6960 4.2.2.2.1; RSP-32',
    field: 'ocspNoCheck',
    check: ({ profile: { ocspNoCheck }, role }) => {
      if (role !== 'responder') return ocspNoCheck ? 'is for responders alone' : null;
      return ocspNoCheck?.value && !ocspNoCheck.critical ? null : 'must be there, not critical';
    },
  },
  {
    clause: 'CP tables 7.1.2-3, 7.1.2-5: forbidden from 2023-09-15; RSP-33; CON-26',
    field: 'certificatePolicies',
    check: ({ profile, role }) =>
      role === 'responder' && profile.certificatePolicies ? 'must be absent' : null,
  },
  {
    clause: 'CP tables 7.1.2-3, 7.1.2-5; RSP-33',
    field: 'formerCertificatePolicies/value/before',
    check: ({ profile: { formerCertificatePolicies }, role }) => {
      if (!formerCertificatePolicies) return null;
      if (role !== 'responder') return 'is for responders alone';
      return formerCertificatePolicies.value.before <= '2023-09-15'
        ? null
        : 'must not be later than 2023-09-15';
    },
  },
  ...(['cRLDistributionPoints', 'authorityInfoAccess', 'subjectAltName'] as const).map(
    (field): ProfileRule => ({
      clause: 'CP tables 7.1.2-3, 7.1.2-5; RFC 9919 3.2.2; RSP-34',
      field,
      check: ({ profile, role }) =>
        role === 'responder' && profile[field] ? 'must be absent in a responder' : null,
    }),
  ),
  {
    clause: 'RFC 5280 4.2.1.3; CSBR 7.1.2.1 b, 7.1.2.2 e; CP table 7.1.2-6; RSP-19',
    field: 'keyUsage',
    check: ({ profile }) => {
      if (isCA(profile))
        return sameBits(profile, 'keyCertSign', 'cRLSign')
          ? null
          : 'of a CA must be keyCertSign and cRLSign, critical, and nothing else';
      const ofCA = profile.keyUsage.value.some((bit) => bit === 'keyCertSign' || bit === 'cRLSign');
      return ofCA ? 'must not have keyCertSign or cRLSign without being a CA' : null;
    },
  },
  {
    clause: 'CSBR 7.1.2.3 e; RFC 5280 4.2.1.3',
    field: 'keyUsage',
    check: (use) => (isUnderCP(use) && !use.profile.keyUsage.critical ? 'must be critical' : null),
  },
  {
    clause: 'CP 1.2, 7.1.6, tables 7.1.2-1, -2, -4, -6; CRT-9; CON-15',
    field: 'certificatePolicies',
    check: (use) =>
      isUnderCP(use) && isIssued(use) && !use.profile.certificatePolicies
        ? 'must name the OID of the policy; where the CP gives none, the policy file must'
        : null,
  },
  {
    clause: 'CSBR 7.1.6.3; CON-10',
    field: 'certificatePolicies',
    check: (use) => {
      if (!isUnderCSBR(use) || use.role !== 'sub-ca') return null;
      const named = use.profile.certificatePolicies?.value.some(
        ({ policyIdentifier }) => policyIdentifier === CSBR_TIME_STAMPING,
      );
      return named ? null : `must name ${CSBR_TIME_STAMPING} too`;
    },
  },
  {
    clause: 'CP tables 7.1.2-1, -2, -4, -6',
    field: 'cRLDistributionPoints',
    check: (use) =>
      isUnderCP(use) && isIssued(use) && use.profile.cRLDistributionPoints?.value !== true
        ? 'must be there'
        : null,
  },
  {
    clause: 'CSBR 7.1.2.2 c, 7.1.2.3 c; CON-8, CON-9',
    field: 'authorityInfoAccess',
    check: (use) => {
      if (!isUnderCSBR(use) || !isIssued(use)) return null;
      const access = use.profile.authorityInfoAccess;
      if (access?.perApplication) return 'may not be left out';
      const both = access?.value.includes('ocsp') && access.value.includes('caIssuers');
      return both ? null : 'must name ocsp and caIssuers';
    },
  },
  {
    clause: 'RFC 9525 2; TLSBR 7.1.2.7.12',
    field: 'subjectAltName',
    check: ({ profile }) =>
      profile.extKeyUsage?.value.includes('serverAuth') && profile.subjectAltName?.value !== true
        ? 'must be there: servers are known by it'
        : null,
  },
  {
    clause: 'CP 7.1.2; CSBR 7.1.2.4',
    field: 'subjectAltName',
    check: (use) =>
      isUnderCP(use) && use.profile.subjectAltName ? 'is in none of the tables' : null,
  },
];
