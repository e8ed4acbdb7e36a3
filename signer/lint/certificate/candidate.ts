import { AsnConvert } from '@peculiar/asn1-schema';
import { type Extension, TBSCertificate } from '@peculiar/asn1-x509';
import { DERReader } from '../../../shared/der/reader.ts';
import { contextTag, TAG } from '../../../shared/der/tags.ts';
import type { CertificateProfile } from '../../../shared/policy/profiles.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { UnixSeconds } from '../../../shared/time.ts';

/** The bytes to be signed, read again by a parser that did not write them, and what they must match. */
export interface CertificateCandidate {
  readonly tbs: Uint8Array;
  readonly parsed: TBSCertificate;
  /** DER of the fields whose octets matter. */
  readonly fields: TBSFields;
  readonly profile: CertificateProfile;
  readonly issuer: CandidateIssuer;
  readonly now: UnixSeconds;
}

export interface CandidateIssuer {
  readonly subject: Uint8Array;
  /** subjectKeyIdentifier of the issuer. */
  readonly keyIdentifier: Uint8Array;
  /** null when the certificate is self-signed. */
  readonly notAfter: UnixSeconds | null;
}

export interface TBSFields {
  readonly version: Uint8Array;
  readonly serialNumber: Uint8Array;
  readonly signature: Uint8Array;
  readonly issuer: Uint8Array;
  readonly validity: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
}

function readFields(tbs: Uint8Array): TBSFields | undefined {
  const outer = new DERReader(tbs);
  const reader = outer.enter(TAG.sequence);
  const version = reader?.enter(contextTag(0))?.integer();
  const serialNumber = reader?.integer();
  const signature = reader?.whole(TAG.sequence);
  const issuer = reader?.whole(TAG.sequence);
  const validity = reader?.whole(TAG.sequence);
  const subject = reader?.whole(TAG.sequence);
  const spki = reader?.whole(TAG.sequence);
  if (!version || !serialNumber || !signature || !issuer || !validity || !subject || !spki)
    return undefined;
  if (!outer.atEnd() || !reader?.skip(12) || !reader.atEnd()) return undefined;
  return { version, serialNumber, signature, issuer, validity, subject, spki };
}

export function certificateCandidate(
  tbs: Uint8Array,
  profile: CertificateProfile,
  issuer: CandidateIssuer,
  now: UnixSeconds,
): Result<CertificateCandidate, { readonly code: 'tbs-malformed' }> {
  const fields = readFields(tbs);
  if (!fields) return err({ code: 'tbs-malformed' });
  return ok({ tbs, parsed: AsnConvert.parse(tbs, TBSCertificate), fields, profile, issuer, now });
}

export function findExtension(candidate: CertificateCandidate, oid: string): Extension | undefined {
  return candidate.parsed.extensions?.find((extension) => extension.extnID === oid);
}

/** DER of an extension's value, or an empty array when it is absent. */
export function extensionValue(candidate: CertificateCandidate, oid: string): Uint8Array {
  const extension = findExtension(candidate, oid);
  return extension ? new Uint8Array(extension.extnValue.buffer) : new Uint8Array(0);
}

export function extendedKeyPurposes(candidate: CertificateCandidate): readonly string[] {
  return candidate.profile.extKeyUsage?.value ?? [];
}
