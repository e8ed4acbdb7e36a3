import { bytesEqual } from '../../../shared/bytes.ts';
import type { DERReader } from '../../../shared/der/reader.ts';
import { contextTag, TAG } from '../../../shared/der/tags.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import {
  type CertificateExtensions,
  NO_EXTENSIONS,
  readExtensions,
} from './certificate-extensions.ts';
import { algorithmOID, time, wholeSequence } from './der.ts';
import { nameText } from './name-text.ts';
import { type SignatureOutcome, verifySignature } from './signature.ts';

/** A certificate as its own octets say it; nothing of it is verified yet. */
export interface Certificate extends CertificateExtensions {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  /** Names as their DER, so that they are compared and hashed as they were signed. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subjectText: string;
  readonly issuerText: string;
  /** Contents of the INTEGER. */
  readonly serialNumber: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  readonly spki: Uint8Array;
  /** The value of the key's BIT STRING, without the octet of unused bits. */
  readonly keyBits: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
}

export const CERTIFICATE_MAX_OCTETS = 65_536;

/** RFC 5280 4.1; refuses a certificate whose two algorithm fields differ (4.1.1.2). */
export function decodeCertificate(der: Uint8Array): Certificate | undefined {
  const outer = der.length > CERTIFICATE_MAX_OCTETS ? undefined : wholeSequence(der);
  const tbs = outer?.whole(TAG.sequence);
  const signatureAlgorithm = algorithmOID(outer);
  const signature = outer?.octetAlignedBits();
  const fields = tbs && readTBS(tbs);
  if (!fields || !signature || !outer?.atEnd()) return undefined;
  if (signatureAlgorithm === undefined || fields.innerAlgorithm !== signatureAlgorithm) {
    return undefined;
  }
  return { der, tbs, ...fields, signatureAlgorithm, signature };
}

function readTBS(tbs: Uint8Array) {
  const reader = wholeSequence(tbs);
  reader?.whole(contextTag(0));
  const serialNumber = reader?.integer();
  const innerAlgorithm = algorithmOID(reader);
  const issuer = reader?.whole(TAG.sequence);
  const validity = reader?.enter(TAG.sequence);
  const notBefore = time(validity);
  const notAfter = time(validity);
  const subject = reader?.whole(TAG.sequence);
  const spki = reader?.whole(TAG.sequence);
  const key = wholeSequence(spki);
  key?.enter(TAG.sequence);
  const keyBits = key?.octetAlignedBits();
  if (!reader || !serialNumber || !issuer || !subject || !spki || !keyBits) return undefined;
  const subjectText = nameText(subject);
  const issuerText = nameText(issuer);
  const extensions = extensionsOf(reader);
  if (notBefore === undefined || notAfter === undefined || !extensions) return undefined;
  if (subjectText === undefined || issuerText === undefined) return undefined;
  const names = { subject, issuer, subjectText, issuerText };
  return {
    ...names,
    ...extensions,
    ...{ serialNumber, innerAlgorithm, notBefore, notAfter, spki, keyBits },
  };
}

/** The unique identifiers of X.509 v2 are stepped over; nothing may come after the extensions. */
function extensionsOf(reader: DERReader): CertificateExtensions | undefined {
  for (const tag of [0x81, 0x82]) reader.whole(tag);
  if (reader.atEnd()) return NO_EXTENSIONS;
  const extensions = readExtensions(reader.enter(contextTag(3)));
  return reader.atEnd() ? extensions : undefined;
}

/** Whether `issuer` may be the issuer by name and key identifier; its signature is another matter. */
export function namesAsIssuer(certificate: Certificate, issuer: Certificate): boolean {
  if (!bytesEqual(certificate.issuer, issuer.subject)) return false;
  const { authorityKeyIdentifier: asked } = certificate;
  const { subjectKeyIdentifier: has } = issuer;
  return asked === undefined || has === undefined || bytesEqual(asked, has);
}

/** RFC 5280 4.1.1.3: the certificate's signature under this issuer's key. */
export function verifyIssued(
  certificate: Certificate,
  issuer: Certificate,
): Promise<SignatureOutcome> {
  return verifySignature({
    spki: issuer.spki,
    algorithm: certificate.signatureAlgorithm,
    signed: certificate.tbs,
    signature: certificate.signature,
  });
}

/** RFC 5280 4.1.2.5: both ends included. */
export function isValidAt(certificate: Certificate, at: UnixSeconds): boolean {
  return certificate.notBefore <= at && at <= certificate.notAfter;
}

export function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return bytesEqual(subject, issuer);
}
