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
import type { SignatureAlgorithm } from '../signature-algorithm.ts';
import { extension, type ProfileExtension, type Sourced, sourced } from './sourced.ts';

export type KeyUsageBit = 'digitalSignature' | 'keyCertSign' | 'cRLSign';
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

/** What a table 7.1.2-n of the CP says of one kind of certificate. */
export interface CertificateProfile {
  readonly title: string;
  readonly key: Sourced<KeyRequirement>;
  /** With which the issuer signs it. */
  readonly signatureAlgorithm: Sourced<SignatureAlgorithm>;
  readonly validity: Sourced<ProfileValidity>;
  readonly basicConstraints?: ProfileExtension<ProfileBasicConstraints>;
  readonly keyUsage: ProfileExtension<readonly KeyUsageBit[]>;
  readonly extKeyUsage?: ProfileExtension<readonly KeyPurpose[]>;
  readonly certificatePolicies?: ProfileExtension<readonly PolicyInformation[]>;
  readonly ocspNoCheck?: ProfileExtension<boolean>;
  /** The issuer's CRL URL goes in. */
  readonly cRLDistributionPoints?: ProfileExtension<boolean>;
  /** Which of the issuer's URLs go in. */
  readonly authorityInfoAccess?: ProfileExtension<readonly ('ocsp' | 'caIssuers')[]>;
  readonly subjectAltName?: ProfileExtension<boolean>;
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

export const certificateProfile: Decode<CertificateProfile> = strictObject<CertificateProfile>({
  title: required(matching(/^[ -~]{1,200}$/, 'printable ASCII')),
  key: required(sourced(keyRequirement)),
  signatureAlgorithm: required(
    sourced(
      choice(
        'sha256WithRSAEncryption',
        'sha384WithRSAEncryption',
        'ecdsa-with-SHA256',
        'ecdsa-with-SHA384',
      ),
    ),
  ),
  validity: required(sourced(validity)),
  basicConstraints: optional(extension(basicConstraints)),
  keyUsage: required(extension(filled(choice('digitalSignature', 'keyCertSign', 'cRLSign'), 3))),
  extKeyUsage: optional(
    extension(filled(choice('timeStamping', 'OCSPSigning', 'serverAuth', 'clientAuth'), 4)),
  ),
  certificatePolicies: optional(extension(filled(policyInformation, 8))),
  ocspNoCheck: optional(extension(flag)),
  cRLDistributionPoints: optional(extension(flag)),
  authorityInfoAccess: optional(extension(filled(choice('ocsp', 'caIssuers'), 2))),
  subjectAltName: optional(extension(flag)),
});
