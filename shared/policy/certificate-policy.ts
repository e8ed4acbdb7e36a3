import {
  allErrors,
  choice,
  type Decode,
  type FieldError,
  flag,
  integer,
  list,
  mapOf,
  matching,
  nullable,
  optional,
  refined,
  refuse,
  required,
  strictObject,
  together,
} from '../json-fields.ts';
import { parseJSON } from '../json-text.ts';
import { CERT_ID_HASHES } from '../ocsp/cert-id.ts';
import { refreshDeadline } from '../ocsp/refresh-deadline.ts';
import { BugError, err, ok, type Result } from '../result.ts';
import type { CertificateSignatureAlgorithm, KeyAlgorithm } from '../signature-algorithm.ts';
import { isFilePath } from '../snapshot/file.ts';
import type { Seconds } from '../time.ts';
import { distinguishedName, type NameAttribute } from './name-attribute.ts';
import { type OCSPPolicy, ocspPolicy } from './ocsp-policy.ts';
import {
  type CertificateProfile,
  certificateProfile,
  type ProfileValidity,
  SIGNATURE_ALGORITHMS,
} from './profiles.ts';
import { checkPublishedPaths } from './published-paths.ts';
import { reasonsURL } from './reasons-url.ts';
import { RETENTION_YEARS_LEAST, RETENTION_YEARS_MOST } from './retention.ts';
import { type RevocationPolicy, revocationPolicy } from './revocation-policy.ts';
import { certificateFileURL, crlFileURL, fileURL, pathOf } from './service-url.ts';
import { type Sourced, sourced } from './sourced.ts';
import { type SubscriberRules, subscriberRules } from './subscriber-rules.ts';

/** One CA of the policy: its own certificate, what it publishes and what it issues. */
export interface AuthorityPolicy {
  /** Name of the authority that certifies it; null for a root. */
  readonly issuer: string | null;
  /** Profile of its own certificate. */
  readonly profile: string;
  readonly subject: Sourced<readonly NameAttribute[]>;
  /** An `online` key signs beside the network; an `offline` one only in ceremonies (CON-22). */
  /**
   * Which rules it answers to. `code-signing`: CSBR besides the CP (scope CS of CP 1.1);
   * `time-stamping`: the CP; `private`, or none stated: neither, RFC 5280 alone.
   */
  readonly scope?: Sourced<'code-signing' | 'time-stamping' | 'private'>;
  /** The only algorithms with which it signs certificates; without it those of its profiles. */
  readonly signatureAlgorithms?: Sourced<readonly CertificateSignatureAlgorithm[]>;
  readonly custody: Sourced<'online' | 'offline'>;
  /** Profiles of the end-entity certificates that it issues. */
  readonly issues: readonly string[];
  /** Absent: those of the CP. */
  readonly subscribers?: SubscriberRules;
  readonly crl: {
    readonly url: Sourced<string>;
    readonly validitySeconds: Sourced<Seconds>;
    /** Years past expiry for which an entry stays (CRL-15); absent: 10. */
    readonly retentionYears?: Sourced<number>;
    /** Whether CRLs say so themselves, in expiredCertsOnCRL (CRL-16); absent: no. */
    readonly expiredCertsOnCRL?: Sourced<boolean>;
  };
  /** Where the authority's own certificate is served (HTTP-12). */
  readonly caIssuers: { readonly url: Sourced<string> };
  /** Whether only an approved application is issued (CP 4.1 to 4.3); absent: `optional`. */
  readonly applications?: Sourced<'required' | 'optional'>;
  /** The folder of what it issued, a file each (CP 4.4.2); absent: they are not published. */
  readonly certificates?: { readonly url: Sourced<string> };
  /** null: it answers no OCSP, and no certificate of its names any. */
  readonly ocsp: OCSPPolicy | null;
}

/** A certificate policy as data: every value carries the clause that asks for it. */
export interface CertificatePolicy {
  readonly name: string;
  readonly version: string;
  /** Names and versions of the other files that a signer reads together with this one. */
  readonly others?: readonly string[];
  /** Absent: no notice is demanded of a planned revocation. */
  readonly revocation?: RevocationPolicy;
  /** The folder of its CP, CPS and notices (CP 2.2, 9.12); absent: none are published. */
  readonly documents?: {
    readonly url: Sourced<string>;
    /** Whose days its dates are; absent: those of `revocation`, else UTC. */
    readonly utcOffsetMinutes?: Sourced<number>;
    /** Days after its announcement in which a change may be objected to (CP 9.12.2); absent: in none. */
    readonly objectionDays?: Sourced<number>;
  };
  readonly authorities: ReadonlyMap<string, AuthorityPolicy>;
  readonly profiles: ReadonlyMap<string, CertificateProfile>;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,47}$/;
const name = matching(NAME, 'a name of lower-case letters, digits and hyphens');

/** A file's URL with room beside it for the file of reasons (CRL-17). */
const crlURL: Decode<string> = refined(
  crlFileURL,
  (url) => (isFilePath(pathOf(reasonsURL(url))) ? ok(url) : err('path')),
  'must leave room for the file of reasons: its path has at most 255 characters',
);

const folder = strictObject<NonNullable<AuthorityPolicy['certificates']>>({
  url: required(sourced(fileURL)),
});

const documents = strictObject<NonNullable<CertificatePolicy['documents']>>({
  url: required(sourced(fileURL)),
  utcOffsetMinutes: optional(sourced(integer(-720, 840))),
  objectionDays: optional(sourced(integer(1, 366))),
});

/** 364 days of CON-6. */
const CRL_VALIDITY_MOST: Seconds = 364 * 86_400;

const authorityPolicy: Decode<AuthorityPolicy> = strictObject<AuthorityPolicy>({
  issuer: required(nullable(name)),
  profile: required(name),
  subject: required(sourced(distinguishedName)),
  scope: optional(sourced(choice('code-signing', 'time-stamping', 'private'))),
  signatureAlgorithms: optional(sourced(list(choice(...SIGNATURE_ALGORITHMS), 5))),
  custody: required(sourced(choice('online', 'offline'))),
  issues: required(list(name, 64)),
  subscribers: optional(subscriberRules),
  crl: required(
    strictObject<AuthorityPolicy['crl']>({
      url: required(sourced(crlURL)),
      validitySeconds: required(sourced(integer(3_600, CRL_VALIDITY_MOST))),
      retentionYears: optional(sourced(integer(RETENTION_YEARS_LEAST, RETENTION_YEARS_MOST))),
      expiredCertsOnCRL: optional(sourced(flag)),
    }),
  ),
  caIssuers: required(
    strictObject<AuthorityPolicy['caIssuers']>({ url: required(sourced(certificateFileURL)) }),
  ),
  applications: optional(sourced(choice('required', 'optional'))),
  certificates: optional(folder),
  ocsp: required(nullable(ocspPolicy)),
});

interface PolicyDocument extends Omit<CertificatePolicy, 'others'> {
  readonly format: 'inkan-policy-1';
}

const document: Decode<PolicyDocument> = strictObject<PolicyDocument>({
  format: required(choice('inkan-policy-1')),
  name: required(matching(/^[ -~]{1,200}$/, 'printable ASCII of 1 to 200 characters')),
  version: required(matching(/^[0-9A-Za-z.-]{1,32}$/, 'a version')),
  revocation: optional(revocationPolicy),
  documents: optional(documents),
  authorities: required(mapOf(NAME, authorityPolicy)),
  profiles: required(mapOf(NAME, certificateProfile)),
});

/** Reads a policy file; names that point nowhere are refused with the place that names them. */
export function decodeCertificatePolicy(json: string): Result<CertificatePolicy, FieldError> {
  const parsed = parseJSON(json);
  if (!parsed.ok) return err({ pointer: '', reason: parsed.error.reason });
  const policy = document(parsed.value, '');
  if (!policy.ok) return policy;
  const wrong = [...policy.value.authorities].flatMap(([authority, value]) => {
    const checked = checkReferences(policy.value, `/authorities/${authority}`, value);
    return checked.ok ? [] : allErrors(checked.error);
  });
  const paths = checkPublishedPaths(policy.value);
  if (!paths.ok) wrong.push(...allErrors(paths.error));
  return together(wrong) ?? policy;
}

/** A month has 28 days at the least. */
function shortestSeconds(validity: ProfileValidity): Seconds {
  return 86_400 * ('months' in validity ? 28 * validity.months : validity.days);
}

/** Following `issuer` ends at a root and not in a circle. */
function leadsToRoot({ authorities }: CertificatePolicy, authority: AuthorityPolicy): boolean {
  let at: AuthorityPolicy | undefined = authority;
  for (let steps = 0; at && at.issuer !== null; steps++) {
    if (steps > authorities.size) return false;
    at = authorities.get(at.issuer);
  }
  return true;
}

function checkReferences(
  policy: CertificatePolicy,
  at: string,
  authority: AuthorityPolicy,
): Result<true, FieldError> {
  const { issuer, profile, issues, ocsp } = authority;
  if (issuer !== null && !policy.authorities.has(issuer)) {
    return refuse(`${at}/issuer`, `names ${issuer}, which is no authority`);
  }
  if (!leadsToRoot(policy, authority)) return refuse(`${at}/issuer`, 'leads to no root');
  const names: readonly (readonly [string, string])[] = [
    ['profile', profile],
    ...(ocsp === null ? [] : [['ocsp/responderProfile', ocsp.responderProfile] as const]),
    ...issues.map((name, i) => [`issues/${i}`, name] as const),
  ];
  for (const [field, used] of names) {
    if (!policy.profiles.has(used))
      return refuse(`${at}/${field}`, `names ${used}, which is no profile`);
  }
  const access = issues.findIndex((name) => namesOCSP(policy, name));
  if (ocsp === null && access >= 0)
    return refuse(`${at}/issues/${access}`, 'names OCSP, which this authority does not answer');
  const above = issuer === null ? undefined : policy.authorities.get(issuer);
  if (above?.ocsp === null && namesOCSP(policy, profile))
    return refuse(`${at}/profile`, `names OCSP, which ${issuer} does not answer`);
  return ocsp === null ? ok(true) : checkOCSP(policy, `${at}/ocsp`, ocsp);
}

function namesOCSP({ profiles }: CertificatePolicy, name: string): boolean {
  return profiles.get(name)?.authorityInfoAccess?.value.includes('ocsp') === true;
}

function checkOCSP(
  policy: CertificatePolicy,
  at: string,
  ocsp: OCSPPolicy,
): Result<true, FieldError> {
  if (!CERT_ID_HASHES.every((hash) => ocsp.certIDHashes.value.includes(hash))) {
    return refuse(`${at}/certIDHashes`, 'must name sha1 and sha256 (REQ-12)');
  }
  const responder = policy.profiles.get(ocsp.responderProfile)?.validity.value;
  if (responder && shortestSeconds(responder) < 3 * ocsp.validitySeconds.value) {
    const reason = 'must be at most a third of the validity of the responder profile';
    return refuse(`${at}/validitySeconds`, reason);
  }
  if (ocsp.refreshAfterSeconds.value >= refreshDeadline(ocsp.validitySeconds.value)) {
    return refuse(`${at}/refreshAfterSeconds`, 'must lie before the deadline of CP 4.9.10');
  }
  return ok(true);
}

/** For what is done only where OCSP is answered. */
export function ocspPolicyOf({ ocsp }: Pick<AuthorityPolicy, 'ocsp'>): OCSPPolicy {
  if (ocsp === null) throw new BugError('an authority without OCSP');
  return ocsp;
}

/** The key algorithm in words, as errors and views give it. */
export function keyAlgorithmText(algorithm: KeyAlgorithm): string {
  return algorithm.kind === 'rsa' ? `RSA-${algorithm.modulusLength}` : algorithm.namedCurve;
}
