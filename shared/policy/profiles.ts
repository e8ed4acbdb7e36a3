import { ok } from '../result.ts';
import type { SignatureAlgorithm } from '../signature-algorithm.ts';
import {
  boolean,
  integer,
  type JSONDecoder,
  listOf,
  nullable,
  object,
  oneOf,
  optional,
  refuseJSON,
  text,
} from './json-decoder.ts';

/** A value and the clause that asks for it. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

export function sourced<T>(decoder: JSONDecoder<T>): JSONDecoder<Sourced<T>> {
  const fields = object({
    value: decoder,
    source: text(/\S/, 'the clause that asks for this value'),
  });
  return (value, path) => {
    const decoded = fields(value, path);
    if (!decoded.ok) return decoded;
    return ok({ value: decoded.value.value as T, source: decoded.value.source });
  };
}

/** One attribute of a distinguished name, by its short name of RFC 4514 (or `serialNumber`). */
export type NameAttributeType = 'C' | 'ST' | 'L' | 'O' | 'OU' | 'CN' | 'serialNumber';
export type NameAttribute = readonly [NameAttributeType, string];

export const NAME_ATTRIBUTE_TYPES: readonly NameAttributeType[] = [
  'C',
  'ST',
  'L',
  'O',
  'OU',
  'CN',
  'serialNumber',
];

/** RFC 5280 appendix A, upper bounds (CRT-7). */
export const NAME_ATTRIBUTE_MAX: Readonly<Record<NameAttributeType, number>> = {
  C: 2,
  ST: 128,
  L: 128,
  O: 64,
  OU: 64,
  CN: 64,
  serialNumber: 64,
};

const nameAttribute: JSONDecoder<NameAttribute> = (value, path) => {
  if (!Array.isArray(value) || value.length !== 2) return refuseJSON(path, 'must be [type, value]');
  const type = oneOf(...NAME_ATTRIBUTE_TYPES)(value[0], `${path}[0]`);
  if (!type.ok) return type;
  const most = NAME_ATTRIBUTE_MAX[type.value];
  const content = text(
    new RegExp(`^[ -~]{1,${most}}$`),
    `1 to ${most} printable characters (CRT-7)`,
  )(value[1], `${path}[1]`);
  return content.ok ? ok([type.value, content.value]) : content;
};

/** A distinguished name, most general attribute first, one attribute in each RDN. */
export const distinguishedName: JSONDecoder<readonly NameAttribute[]> = (value, path) => {
  const decoded = listOf(nameAttribute, 16)(value, path);
  return decoded.ok && decoded.value.length === 0 ? refuseJSON(path, 'must not be empty') : decoded;
};

export type KeyUsageBit = 'digitalSignature' | 'keyCertSign' | 'cRLSign';
export type KeyPurpose = 'timeStamping' | 'OCSPSigning' | 'serverAuth' | 'clientAuth';

interface Extension<T> extends Sourced<T> {
  readonly critical: boolean;
}

function extension<T>(decoder: JSONDecoder<T>): JSONDecoder<Extension<T> | undefined> {
  const fields = object({ critical: boolean, value: decoder, source: text(/\S/, 'the clause') });
  return (value, path) => {
    if (value === undefined) return ok(undefined);
    const decoded = fields(value, path);
    if (!decoded.ok) return decoded;
    const { critical, source } = decoded.value;
    return ok({ critical, source, value: decoded.value.value as T });
  };
}

function required<T>(decoder: JSONDecoder<T | undefined>): JSONDecoder<T> {
  return (value, path) => {
    const decoded = decoder(value, path);
    if (!decoded.ok) return decoded;
    return decoded.value === undefined ? refuseJSON(path, 'is missing') : ok(decoded.value);
  };
}

export interface PolicyInformation {
  readonly policyIdentifier: string;
  readonly cPSuri?: string;
}

const policyInformation: JSONDecoder<PolicyInformation> = object({
  policyIdentifier: text(/^[0-2](\.\d+)+$/, 'a dotted object identifier'),
  cPSuri: optional(text(/^https?:\/\/[!-~]+$/, 'an http or https URI')),
}) as JSONDecoder<PolicyInformation>;

/** A key that the profile accepts. */
export type KeyRequirement =
  | { readonly kind: 'rsa'; readonly modulusLengths: readonly (2048 | 3072 | 4096)[] }
  | { readonly kind: 'ec'; readonly namedCurves: readonly ('P-256' | 'P-384')[] };

const keyRequirement: JSONDecoder<KeyRequirement> = (value, path) => {
  const rsa = object({ kind: oneOf('rsa'), modulusLengths: listOf(oneOf(2048, 3072, 4096), 3) })(
    value,
    path,
  );
  if (rsa.ok) return rsa;
  const ec = object({ kind: oneOf('ec'), namedCurves: listOf(oneOf('P-256', 'P-384'), 2) })(
    value,
    path,
  );
  return ec.ok ? ec : rsa;
};

/** What a table 7.1.2-n of the CP says of one kind of certificate. */
export interface CertificateProfile {
  readonly title: string;
  readonly key: Sourced<KeyRequirement>;
  /** With which the issuer signs it. */
  readonly signatureAlgorithm: Sourced<SignatureAlgorithm>;
  /** Whole validity, notBefore and notAfter included. */
  readonly validity: Sourced<{ readonly months: number } | { readonly days: number }>;
  readonly basicConstraints?: Extension<{
    readonly cA: boolean;
    readonly pathLenConstraint: number | null;
  }>;
  readonly keyUsage: Extension<readonly KeyUsageBit[]>;
  readonly extKeyUsage?: Extension<readonly KeyPurpose[]>;
  readonly certificatePolicies?: Extension<readonly PolicyInformation[]>;
  readonly ocspNoCheck?: Extension<boolean>;
  /** The issuer's CRL URL goes in. */
  readonly cRLDistributionPoints?: Extension<boolean>;
  /** Which of the issuer's URLs go in. */
  readonly authorityInfoAccess?: Extension<readonly ('ocsp' | 'caIssuers')[]>;
  readonly subjectAltName?: Extension<boolean>;
}

const validity: JSONDecoder<{ readonly months: number } | { readonly days: number }> = (
  value,
  path,
) => {
  const months = object({ months: integer(1, 480) })(value, path);
  if (months.ok) return months;
  const days = object({ days: integer(1, 14_600) })(value, path);
  return days.ok ? days : months;
};

export const certificateProfile: JSONDecoder<CertificateProfile> = object({
  title: text(/^[ -~]{1,200}$/, 'printable ASCII'),
  key: sourced(keyRequirement),
  signatureAlgorithm: sourced(
    oneOf(
      'sha256WithRSAEncryption',
      'sha384WithRSAEncryption',
      'ecdsa-with-SHA256',
      'ecdsa-with-SHA384',
    ),
  ),
  validity: sourced(validity),
  basicConstraints: extension(object({ cA: boolean, pathLenConstraint: nullable(integer(0, 16)) })),
  keyUsage: required(extension(listOf(oneOf('digitalSignature', 'keyCertSign', 'cRLSign'), 3))),
  extKeyUsage: extension(
    listOf(oneOf('timeStamping', 'OCSPSigning', 'serverAuth', 'clientAuth'), 4),
  ),
  certificatePolicies: extension(listOf(policyInformation, 8)),
  ocspNoCheck: extension(boolean),
  cRLDistributionPoints: extension(boolean),
  authorityInfoAccess: extension(listOf(oneOf('ocsp', 'caIssuers'), 2)),
  subjectAltName: extension(boolean),
}) as JSONDecoder<CertificateProfile>;
