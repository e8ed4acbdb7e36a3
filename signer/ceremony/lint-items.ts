import type { AuthorityPolicy, CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import type { CertificateProfile } from '../../shared/policy/profiles.ts';
import { BugError, err, must, ok, type Result } from '../../shared/result.ts';
import type { SignatureAlgorithm } from '../../shared/signature-algorithm.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { IssuerServices } from '../issuance/certificate-extensions.ts';
import { profileNamed } from '../issuance/issuer.ts';
import { keyIdentifier } from '../issuance/public-key.ts';
import type { CertificateContents } from '../issuance/tbs-certificate.ts';
import { certificateCandidate } from '../lint/certificate/candidate.ts';
import { crlCandidate, type PreviousCRL } from '../lint/crl/candidate.ts';
import { type Linted, lint } from '../lint/linted.ts';
import type { Finding } from '../lint/requirement.ts';

/** The authority that signs, as both hosts know it. */
export interface CeremonyIssuer {
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  /** Of its own certificate; null while a root certifies itself. */
  readonly notBefore: UnixSeconds | null;
  readonly notAfter: UnixSeconds | null;
  /** Where it publishes: URLs are held against these. Null while a root certifies itself. */
  readonly services: IssuerServices | null;
}

/** What a CRL must say besides its entries. */
export interface CRLTerms {
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** CRL-16: since when what expired is on it, where the policy says so: since ever. */
  readonly expiredCertsOnCRL: UnixSeconds | null;
}

/** What the policy says of a CRL that a ceremony signs; no entry ever leaves it (CRL-15). */
export function crlTerms(
  policy: CertificatePolicy,
  authority: AuthorityPolicy,
  { notBefore }: CeremonyIssuer,
): CRLTerms {
  const { value } = profileNamed(policy, authority.profile).signatureAlgorithm;
  // What a CA signs besides certificates is never signed with SHA-1 (CRT-5); its policy was checked.
  if (value === 'sha1WithRSAEncryption') throw new BugError('a CA certificate with SHA-1');
  const says = authority.crl.expiredCertsOnCRL?.value === true;
  return { signatureAlgorithm: value, expiredCertsOnCRL: says ? notBefore : null };
}

export interface ItemRefusal {
  readonly code: 'lint-refused';
  readonly findings: readonly Pick<Finding, 'rule' | 'reason'>[];
}

const UNREADABLE: ItemRefusal = {
  code: 'lint-refused',
  findings: [{ rule: 'DER', reason: 'the to-be-signed bytes cannot be read' }],
};

/** Every requirement for a certificate, on the very bytes that will be signed; `meant` is what they were written from. */
export function lintCertificate(
  tbs: Uint8Array,
  profile: CertificateProfile,
  { subject, spki, notAfter, services }: CeremonyIssuer,
  now: UnixSeconds,
  meant: CertificateContents | null = null,
): Result<Linted<'certificate'>, ItemRefusal> {
  const issuer = {
    subject,
    keyIdentifier: must(keyIdentifier(spki), 'key of an authority'),
    ...{ notAfter, services },
  };
  try {
    const candidate = certificateCandidate(tbs, profile, issuer, now, meant);
    return candidate.ok ? lint('certificate', candidate.value) : err(UNREADABLE);
  } catch {
    // The parsers of @peculiar throw on what they cannot read.
    return err(UNREADABLE);
  }
}

/** Every requirement for a CRL. `previous` is the last one that whoever checks has seen. */
export function lintCRL(
  tbs: Uint8Array,
  terms: CRLTerms,
  issuer: CeremonyIssuer,
  previous: PreviousCRL | null,
  now: UnixSeconds,
): Result<Linted<'crl'>, ItemRefusal> {
  const candidate = crlCandidate(tbs, {
    issuer: issuer.subject,
    keyIdentifier: must(keyIdentifier(issuer.spki), 'key of an authority'),
    ...terms,
    previous,
    now,
  });
  return candidate.ok ? lint('crl', candidate.value) : err(UNREADABLE);
}

/** All or the first refusal; the order stays. */
export function all<T, E>(results: readonly Result<T, E>[]): Result<readonly T[], E> {
  const values: T[] = [];
  for (const result of results) {
    if (!result.ok) return result;
    values.push(result.value);
  }
  return ok(values);
}
