import {
  choice,
  type Decode,
  either,
  flag,
  integer,
  list,
  matching,
  nullable,
  optional,
  refined,
  required,
  strictObject,
} from '../json-fields.ts';
import { err, ok } from '../result.ts';
import type { CertificateSignatureAlgorithm } from '../signature-algorithm.ts';
import { type Day, day } from './day.ts';
import { extension, type ProfileExtension, type Sourced, source, sourced } from './sourced.ts';

export type KeyUsageBit =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'keyCertSign'
  | 'cRLSign';
export type KeyPurpose = 'timeStamping' | 'OCSPSigning' | 'serverAuth' | 'clientAuth';

export interface PolicyInformation {
  readonly policyIdentifier: string;
  readonly cPSuri?: string;
}

/** A key that the profile accepts. */
export type KeyRequirement =
  | { readonly kind: 'rsa'; readonly modulusLengths: readonly (2048 | 3072 | 4096)[] }
  | { readonly kind: 'ec'; readonly namedCurves: readonly ('P-256' | 'P-384')[] };

/** Whole validity, notBefore and notAfter included. */
export type ProfileValidity = { readonly months: number } | { readonly days: number };

export interface ProfileBasicConstraints {
  readonly cA: boolean;
  readonly pathLenConstraint: number | null;
}

/** certificatePolicies that certificates carried before a day and must not carry from it on. */
export interface FormerCertificatePolicies {
  readonly before: Day;
  readonly policies: readonly PolicyInformation[];
}

/** CSBR 6.3.2: how long a private key may sign, and when it is gone; counted from notBefore. */
export interface PrivateKeyUsage {
  readonly months: number;
  readonly removedWithinMonths: number;
}

/** What a table 7.1.2-n of the CP says of one kind of certificate. */
export interface CertificateProfile {
  readonly title: string;
  /** First and last day, both included, on which certificates of this profile are issued. */
  readonly issuedFrom?: Sourced<Day>;
  readonly issuedUntil?: Sourced<Day>;
  readonly key: Sourced<KeyRequirement>;
  /** With which the issuer signs it. */
  readonly signatureAlgorithm: Sourced<CertificateSignatureAlgorithm>;
  readonly validity: Sourced<ProfileValidity>;
  readonly privateKeyUsage?: Sourced<PrivateKeyUsage>;
  readonly basicConstraints?: ProfileExtension<ProfileBasicConstraints>;
  readonly keyUsage: ProfileExtension<readonly KeyUsageBit[]>;
  readonly extKeyUsage?: ProfileExtension<readonly KeyPurpose[]>;
  readonly certificatePolicies?: ProfileExtension<readonly PolicyInformation[]>;
  readonly formerCertificatePolicies?: Sourced<FormerCertificatePolicies>;
  readonly ocspNoCheck?: ProfileExtension<boolean>;
  /** The issuer's CRL URL goes in. */
  readonly cRLDistributionPoints?: ProfileExtension<boolean>;
  /** Which of the issuer's URLs go in. */
  readonly authorityInfoAccess?: AccessExtension;
  readonly subjectAltName?: ProfileExtension<boolean>;
}

/** `perApplication`: whoever applies may ask to leave it out (CP tables 7.1.2-2, 7.1.2-4). */
export interface AccessExtension extends ProfileExtension<readonly ('ocsp' | 'caIssuers')[]> {
  readonly perApplication?: boolean;
}

/** RFC 5280 4.2: SIZE (1..MAX); a KeyUsage has at least one bit (4.2.1.3). */
function filled<T>(decode: Decode<T>, most: number): Decode<readonly T[]> {
  return refined(
    list(decode, most),
    (items) => (items.length > 0 ? ok(items) : err('empty')),
    'must not be empty',
  );
}

const policyInformation: Decode<PolicyInformation> = strictObject<PolicyInformation>({
  policyIdentifier: required(matching(/^[0-2](\.\d+)+$/, 'a dotted object identifier')),
  cPSuri: optional(matching(/^https?:\/\/[!-~]+$/, 'an http or https URI')),
});

type RSA = Extract<KeyRequirement, { kind: 'rsa' }>;
type EC = Extract<KeyRequirement, { kind: 'ec' }>;

const keyRequirement: Decode<KeyRequirement> = either(
  strictObject<RSA>({
    kind: required(choice('rsa')),
    modulusLengths: required(filled(choice(2048, 3072, 4096), 3)),
  }),
  strictObject<EC>({
    kind: required(choice('ec')),
    namedCurves: required(filled(choice('P-256', 'P-384'), 2)),
  }),
);

const validity: Decode<ProfileValidity> = either(
  strictObject<{ readonly months: number }>({ months: required(integer(1, 480)) }),
  strictObject<{ readonly days: number }>({ days: required(integer(1, 14_600)) }),
);

const basicConstraints: Decode<ProfileBasicConstraints> = strictObject<ProfileBasicConstraints>({
  cA: required(flag),
  pathLenConstraint: required(nullable(integer(0, 16))),
});

const formerCertificatePolicies: Decode<FormerCertificatePolicies> =
  strictObject<FormerCertificatePolicies>({
    before: required(day),
    policies: required(filled(policyInformation, 8)),
  });

const privateKeyUsage: Decode<PrivateKeyUsage> = strictObject<PrivateKeyUsage>({
  months: required(integer(1, 480)),
  removedWithinMonths: required(integer(1, 480)),
});

const accessExtension: Decode<AccessExtension> = strictObject<AccessExtension>({
  critical: required(flag),
  value: required(filled(choice('ocsp', 'caIssuers'), 2)),
  source: required(source),
  perApplication: optional(flag),
});

export const SIGNATURE_ALGORITHMS: readonly CertificateSignatureAlgorithm[] = [
  'sha1WithRSAEncryption',
  'sha256WithRSAEncryption',
  'sha384WithRSAEncryption',
  'ecdsa-with-SHA256',
  'ecdsa-with-SHA384',
];

const KEY_USAGE_BITS: readonly KeyUsageBit[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'keyCertSign',
  'cRLSign',
];

export const certificateProfile: Decode<CertificateProfile> = strictObject<CertificateProfile>({
  title: required(matching(/^[ -~]{1,200}$/, 'printable ASCII')),
  key: required(sourced(keyRequirement)),
  issuedFrom: optional(sourced(day)),
  issuedUntil: optional(sourced(day)),
  signatureAlgorithm: required(sourced(choice(...SIGNATURE_ALGORITHMS))),
  validity: required(sourced(validity)),
  privateKeyUsage: optional(sourced(privateKeyUsage)),
  basicConstraints: optional(extension(basicConstraints)),
  keyUsage: required(extension(filled(choice(...KEY_USAGE_BITS), 5))),
  extKeyUsage: optional(
    extension(filled(choice('timeStamping', 'OCSPSigning', 'serverAuth', 'clientAuth'), 4)),
  ),
  certificatePolicies: optional(extension(filled(policyInformation, 8))),
  formerCertificatePolicies: optional(sourced(formerCertificatePolicies)),
  ocspNoCheck: optional(extension(flag)),
  cRLDistributionPoints: optional(extension(flag)),
  authorityInfoAccess: optional(accessExtension),
  subjectAltName: optional(extension(flag)),
});
