import type { CertificateProfile } from '../../../shared/policy/profiles.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import type { IssuerServices } from '../../issuance/certificate-extensions.ts';
import type { CertificateContents } from '../../issuance/tbs-certificate.ts';
import type { ExtensionField } from '../extension-fields.ts';
import { type CertificateFields, readTBSCertificate } from './certificate-fields.ts';

/**
 * The bytes of a certificate, read by a parser that did not write them, and what they must match.
 * What is null is not known, as with a file from elsewhere, and what needs it is not checked.
 */
export interface CertificateCandidate {
  readonly tbs: Uint8Array;
  readonly fields: CertificateFields;
  readonly profile: CertificateProfile | null;
  readonly issuer: CandidateIssuer | null;
  /** What the writer of the bytes was asked for. */
  readonly meant: CertificateContents | null;
  /** null when it was signed some time before. */
  readonly signedAt: UnixSeconds | null;
}

/** One that may be signed: everything that it must match is known. */
export interface CertificateToSign extends CertificateCandidate {
  readonly profile: CertificateProfile;
  readonly issuer: CandidateIssuer;
  readonly signedAt: UnixSeconds;
}

export interface CandidateIssuer {
  readonly subject: Uint8Array;
  /** subjectKeyIdentifier of the issuer. */
  readonly keyIdentifier: Uint8Array;
  /** null when the certificate is self-signed. */
  readonly notAfter: UnixSeconds | null;
  /** Where it publishes: URLs are held against these. Absent for a root's own certificate. */
  readonly services?: IssuerServices | null;
}

type Malformed = Result<never, { readonly code: 'tbs-malformed' }>;

/**
 * A certificate about to be signed. With `meant` the bytes are held against what they were written
 * from, and URLs against those of the issuer.
 */
export function certificateCandidate(
  tbs: Uint8Array,
  profile: CertificateProfile,
  issuer: CandidateIssuer,
  now: UnixSeconds,
  meant: CertificateContents | null = null,
): Result<CertificateToSign, { readonly code: 'tbs-malformed' }> {
  const fields = readTBSCertificate(tbs);
  if (!fields) return malformed();
  const services = issuer.services ?? meant?.issuerServices ?? null;
  return ok({ tbs, fields, profile, issuer: { ...issuer, services }, meant, signedAt: now });
}

/** A certificate that somebody signed before, against what is known of it. */
export function signedCertificateCandidate(
  tbs: Uint8Array,
  profile: CertificateProfile | null,
  issuer: CandidateIssuer | null,
): Result<CertificateCandidate, { readonly code: 'tbs-malformed' }> {
  const fields = readTBSCertificate(tbs);
  return fields ? ok({ tbs, fields, profile, issuer, meant: null, signedAt: null }) : malformed();
}

function malformed(): Malformed {
  return err({ code: 'tbs-malformed' });
}

export function findExtension(
  { fields }: CertificateCandidate,
  oid: string,
): ExtensionField | undefined {
  return fields.extensions.find(({ extnID }) => extnID === oid);
}

/** DER of an extension's value, or an empty array when it is absent. */
export function extensionValue(candidate: CertificateCandidate, oid: string): Uint8Array {
  return findExtension(candidate, oid)?.value ?? new Uint8Array(0);
}
