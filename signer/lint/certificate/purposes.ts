import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import { objectIdentifier, sequence } from '../../../shared/der/writer.ts';
import { dottedFromContents } from '../der/object-identifier.ts';
import { type CertificateCandidate, extensionValue } from './candidate.ts';

/** Dotted KeyPurposeIds of extKeyUsage; empty when it is absent or cannot be read. */
export function keyPurposes(candidate: CertificateCandidate): readonly string[] {
  const list = new DERReader(extensionValue(candidate, OID['id-ce-extKeyUsage'])).enter(
    TAG.sequence,
  );
  const purposes: string[] = [];
  while (list && !list.atEnd()) {
    const purpose = list.objectIdentifier();
    if (!purpose) return [];
    purposes.push(dottedFromContents(purpose));
  }
  return purposes;
}

/** Whether the certificate has this purpose, or its profile says that it must have it. */
export function isFor(
  candidate: CertificateCandidate,
  purpose: 'timeStamping' | 'OCSPSigning',
): boolean {
  const asked = candidate.profile?.extKeyUsage?.value ?? [];
  return asked.includes(purpose) || keyPurposes(candidate).includes(OID[`id-kp-${purpose}`]);
}

/** ExtKeyUsageSyntax with this purpose and no other. */
export function soleKeyPurpose(purpose: 'timeStamping' | 'OCSPSigning'): Uint8Array {
  return sequence(objectIdentifier(OID[`id-kp-${purpose}`]));
}

/** basicConstraints has cA TRUE. */
export function isCA(candidate: CertificateCandidate): boolean {
  const value = new DERReader(extensionValue(candidate, OID['id-ce-basicConstraints']));
  return value.enter(TAG.sequence)?.boolean() === true;
}

/** Whether its profile is a CA's, or, where none is known, whether it is one itself. */
export function shouldBeCA(candidate: CertificateCandidate): boolean {
  const { profile } = candidate;
  return profile ? profile.basicConstraints?.value.cA === true : isCA(candidate);
}

/** A certificate that its own subject has signed: a root. */
export function isSelfSigned({ issuer, fields }: CertificateCandidate): boolean {
  if (issuer !== null) return issuer.notAfter === null;
  return Buffer.from(fields.issuer).equals(fields.subject);
}
