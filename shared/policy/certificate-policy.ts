import { CERT_ID_HASHES } from '../ocsp/cert-id.ts';
import type { Result } from '../result.ts';
import { ok } from '../result.ts';
import type { KeyAlgorithm } from '../signature-algorithm.ts';
import type { Seconds } from '../time.ts';
import {
  decodeJSON,
  integer,
  type JSONDecodeError,
  type JSONDecoder,
  listOf,
  mapOf,
  nullable,
  object,
  oneOf,
  refuseJSON,
  text,
} from './json-decoder.ts';
import {
  type CertificateProfile,
  certificateProfile,
  distinguishedName,
  type NameAttribute,
  type Sourced,
  sourced,
} from './profiles.ts';

/** One CA of the policy: its own certificate, what it publishes and what it issues. */
export interface AuthorityPolicy {
  /** Name of the authority that certifies it; null for a root. */
  readonly issuer: string | null;
  /** Profile of its own certificate. */
  readonly profile: string;
  readonly subject: Sourced<readonly NameAttribute[]>;
  /** An `online` key signs beside the network; an `offline` one only in ceremonies (CON-22). */
  readonly custody: Sourced<'online' | 'offline'>;
  /** Profiles of the end-entity certificates that it issues. */
  readonly issues: readonly string[];
  readonly crl: {
    readonly url: Sourced<string>;
    readonly validitySeconds: Sourced<Seconds>;
  };
  /** Where the authority's own certificate is served (HTTP-12). */
  readonly caIssuers: { readonly url: Sourced<string> };
  readonly ocsp: {
    readonly url: Sourced<string>;
    readonly responderProfile: string;
    readonly responderSubject: Sourced<readonly NameAttribute[]>;
    readonly certIDHashes: Sourced<readonly ('sha1' | 'sha256')[]>;
    /** nextUpdate - thisUpdate (RSP-8). */
    readonly validitySeconds: Sourced<Seconds>;
    /** Age at which a response is replaced, before the deadline of RSP-9. */
    readonly refreshAfterSeconds: Sourced<Seconds>;
  };
}

/** A certificate policy as data: every value carries the clause that asks for it. */
export interface CertificatePolicy {
  readonly name: string;
  readonly version: string;
  readonly authorities: ReadonlyMap<string, AuthorityPolicy>;
  readonly profiles: ReadonlyMap<string, CertificateProfile>;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,47}$/;
const name = text(NAME, 'a name of lower-case letters, digits and hyphens');
const httpURL = text(/^http:\/\/[A-Za-z0-9.:-]+(\/[A-Za-z0-9._/-]*)?$/, 'an http:// URL (HTTP-14)');

/** 8 h and 10 d - 1 s of RSP-8; 364 days of CON-6. */
const OCSP_VALIDITY_LEAST: Seconds = 28_800;
const OCSP_VALIDITY_MOST: Seconds = 863_999;
const CRL_VALIDITY_MOST: Seconds = 364 * 86_400;

const authorityPolicy: JSONDecoder<AuthorityPolicy> = object({
  issuer: nullable(name),
  profile: name,
  subject: sourced(distinguishedName),
  custody: sourced(oneOf('online', 'offline')),
  issues: listOf(name, 64),
  crl: object({
    url: sourced(httpURL),
    validitySeconds: sourced(integer(3_600, CRL_VALIDITY_MOST)),
  }),
  caIssuers: object({ url: sourced(httpURL) }),
  ocsp: object({
    url: sourced(httpURL),
    responderProfile: name,
    responderSubject: sourced(distinguishedName),
    certIDHashes: sourced(listOf(oneOf(...CERT_ID_HASHES), 2)),
    validitySeconds: sourced(integer(OCSP_VALIDITY_LEAST, OCSP_VALIDITY_MOST)),
    refreshAfterSeconds: sourced(integer(60, OCSP_VALIDITY_MOST)),
  }),
});

const document = object({
  format: oneOf('inkan-policy-1'),
  name: text(/^[ -~]{1,200}$/, 'printable ASCII of 1 to 200 characters'),
  version: text(/^[0-9A-Za-z.-]{1,32}$/, 'a version'),
  authorities: mapOf(NAME, authorityPolicy),
  profiles: mapOf(NAME, certificateProfile),
});

/** Reads a policy file; names that point nowhere are refused with the path that names them. */
export function decodeCertificatePolicy(json: string): Result<CertificatePolicy, JSONDecodeError> {
  const policy = decodeJSON(json, document);
  if (!policy.ok) return policy;
  for (const [authority, value] of policy.value.authorities) {
    const wrong = checkReferences(policy.value, `authorities.${authority}`, value);
    if (wrong) return wrong;
  }
  return ok(policy.value);
}

function checkReferences(
  policy: Pick<CertificatePolicy, 'authorities' | 'profiles'>,
  path: string,
  authority: AuthorityPolicy,
): ReturnType<typeof refuseJSON> | undefined {
  const { issuer, profile, issues, ocsp } = authority;
  if (issuer !== null && !policy.authorities.has(issuer)) {
    return refuseJSON(`${path}.issuer`, `no authority is named ${issuer}`);
  }
  for (const used of [profile, ocsp.responderProfile, ...issues]) {
    if (!policy.profiles.has(used)) return refuseJSON(path, `no profile is named ${used}`);
  }
  if (ocsp.certIDHashes.value.length !== CERT_ID_HASHES.length) {
    return refuseJSON(`${path}.ocsp.certIDHashes`, 'must name sha1 and sha256 (REQ-12)');
  }
  if (ocsp.refreshAfterSeconds.value >= refreshDeadline(ocsp.validitySeconds.value)) {
    return refuseJSON(
      `${path}.ocsp.refreshAfterSeconds`,
      'must lie before the deadline of CP 4.9.10',
    );
  }
  return undefined;
}

/**
 * CP 4.9.10 items 3 and 4 (RSP-9): the age at which a response of this validity must have been
 * replaced. Under 16 h half of it; else 8 h before its end, and 4 days at the latest.
 */
export function refreshDeadline(validity: Seconds): Seconds {
  if (validity < 57_600) return Math.floor(validity / 2);
  return Math.min(validity - 28_800, 345_600);
}

/** The key algorithm in words, as errors and views give it. */
export function keyAlgorithmText(algorithm: KeyAlgorithm): string {
  return algorithm.kind === 'rsa' ? `RSA-${algorithm.modulusLength}` : algorithm.namedCurve;
}
