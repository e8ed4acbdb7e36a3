import type { UnixSeconds } from '../../../shared/time.ts';
import type { Certificate } from './certificate.ts';
import type { Facts, Finding } from './trail.ts';

/** What is said of a certificate. */
export type CertificateVerdict =
  | 'good'
  /** A root of this repository: there is nobody above it to ask. */
  | 'root'
  | 'revoked'
  /** Not itself, but a CA above it. */
  | 'issuer-revoked'
  | 'expired'
  /** A CA above it is outside its own validity. */
  | 'issuer-outside-validity'
  | 'not-yet-valid'
  /** Signed by a CA of this repository, which does not know it. */
  | 'unknown'
  | 'foreign'
  | 'forged'
  | 'undetermined';

/** What is said of a time-stamp token: whether its TSA's certificate was good at genTime. */
export type TokenVerdict =
  | 'token-good'
  /** Stamped when the certificate, or a CA's above it, was revoked already. */
  | 'token-late'
  /** The key was compromised or may have been (RFC 3161 4): no time helps. */
  | 'token-compromised'
  | 'token-outside-validity'
  | 'token-unknown'
  | 'token-foreign'
  | 'token-broken'
  /** Right in itself, but made for other data than were given. */
  | 'token-other-data'
  | 'token-undetermined';

export type Verdict = CertificateVerdict | TokenVerdict;

export interface Report {
  readonly verdict: Verdict;
  /** Whose certificate it is, or whose token. */
  readonly subject: string;
  /** What the words of the verdict and its table speak of; times are RFC 3339. */
  readonly facts: Facts;
  readonly revocation: Revocation | undefined;
  readonly findings: readonly Finding[];
}

/** `reason`: CRLReason, undefined where the responder gave none. */
export interface Revocation {
  readonly certificate: Certificate;
  readonly at: UnixSeconds;
  readonly reason: number | undefined;
}
