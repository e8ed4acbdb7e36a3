import type { CertificateSignatureAlgorithm } from '../../signature-algorithm.ts';
import type { CertificateProfile, KeyRequirement } from '../profiles.ts';
import { isCA, isTimeStamping, isUnderCP, isUnderCSBR, type ProfileRule } from './profile-use.ts';

/** CP 1.2: the policy identifiers of RootCA1, RootCA2 and RootCA3. */
export const CP_OID = {
  rootCA1: '1.2.392.200091.100.901.2',
  rootCA2: '1.2.392.200091.100.901.5',
  rootCA3: '1.2.392.200091.100.901.7',
} as const;

/** CP tables 7.1.3-1 to 7.1.3-3. */
const ALGORITHMS: readonly (readonly [
  oid: string,
  table: string,
  allowed: readonly CertificateSignatureAlgorithm[],
])[] = [
  [CP_OID.rootCA1, '7.1.3-1', ['sha256WithRSAEncryption', 'sha1WithRSAEncryption']],
  [CP_OID.rootCA2, '7.1.3-2', ['sha256WithRSAEncryption']],
  [CP_OID.rootCA3, '7.1.3-3', ['sha384WithRSAEncryption']],
];

function names({ certificatePolicies }: CertificateProfile, oid: string): boolean {
  return certificatePolicies?.value.some((one) => one.policyIdentifier === oid) === true;
}

/** With which a key of this kind signs: the hash of its curve (CSBR 7.1.3.2). */
function fits(algorithm: CertificateSignatureAlgorithm, key: KeyRequirement): boolean {
  if (key.kind === 'rsa') return algorithm.endsWith('WithRSAEncryption');
  const [curve] = key.namedCurves;
  return algorithm === (curve === 'P-256' ? 'ecdsa-with-SHA256' : 'ecdsa-with-SHA384');
}

function smallest(key: KeyRequirement): number {
  return key.kind === 'rsa' ? Math.min(...key.modulusLengths) : 0;
}

export const KEY_RULES: readonly ProfileRule[] = [
  {
    clause: 'CP 7.1.3; CSBR 7.1.3.2; CRT-5, CRT-9',
    field: 'signatureAlgorithm',
    check: ({ profile, signerProfile }) =>
      fits(profile.signatureAlgorithm.value, signerProfile.key.value)
        ? null
        : "is not one with which its issuer's key signs",
  },
  {
    clause: 'CP 7.1.3; CRT-5',
    field: 'signatureAlgorithm',
    check: ({ profile, signer }) => {
      const allowed = signer.signatureAlgorithms?.value;
      if (!allowed || allowed.includes(profile.signatureAlgorithm.value)) return null;
      return `is not among the signatureAlgorithms of its issuer: ${allowed.join(', ')}`;
    },
  },
  {
    clause: 'CP 7.1.3, table 7.1.3-1; CRT-5',
    field: 'signatureAlgorithm',
    check: (use) => {
      const { profile, role, scope, signer } = use;
      if (profile.signatureAlgorithm.value !== 'sha1WithRSAEncryption') return null;
      if (scope === 'code-signing') return 'is SHA-1, never for code-signing time-stamps';
      if (role !== 'subscriber') return 'is SHA-1, which no CA and no responder carries';
      const stated = signer.signatureAlgorithms?.value.includes('sha1WithRSAEncryption');
      if (stated && scope === 'time-stamping' && names(profile, CP_OID.rootCA1)) return null;
      return 'is SHA-1: only RootCA1 may, for time-stamping, and only where its signatureAlgorithms say so';
    },
  },
  {
    clause: 'CP 1.2, 7.1.3; CRT-5, CRT-9',
    field: 'signatureAlgorithm',
    check: (use) => {
      const { profile } = use;
      if (!isUnderCP(use)) return null;
      const table = ALGORITHMS.find(([oid]) => names(profile, oid));
      if (!table || table[2].includes(profile.signatureAlgorithm.value)) return null;
      return `is not in table ${table[1]}, which goes with the policy ${table[0]}`;
    },
  },
  {
    clause: 'CP 7.1.3; CRT-5',
    field: 'certificatePolicies',
    check: ({ profile, scope }) =>
      scope === 'code-signing' && (names(profile, CP_OID.rootCA1) || names(profile, CP_OID.rootCA2))
        ? 'names RootCA1 or RootCA2, which never anchor code-signing time-stamps'
        : null,
  },
  {
    clause: 'CSBR 6.1.5; CP 7.1.3; CRT-4',
    field: 'key',
    check: (use) => {
      const { profile, scope } = use;
      if (scope !== 'code-signing') return null;
      const key = profile.key.value;
      if (key.kind !== 'rsa') return 'is not RSA, which is all that CP 7.1.3 lists';
      if (!isUnderCSBR(use)) return null;
      const least = isCA(profile) ? 4096 : isTimeStamping(profile) ? 3072 : 2048;
      return smallest(key) >= least ? null : `has less than the ${least} bits that CSBR asks for`;
    },
  },
];
