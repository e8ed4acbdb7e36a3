import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  Extensions,
  Name,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Time,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import type { CertificateProfile } from '../../shared/policy/profiles.ts';
import type { SerialNumber } from '../../shared/serial-number.ts';
import {
  addMonths,
  addSeconds,
  timeText,
  type UnixSeconds,
  unixSeconds,
} from '../../shared/time.ts';
import { buildExtensions, type IssuerServices } from './certificate-extensions.ts';

/** Everything that goes into a certificate; what the profile fixes is not repeated here. */
export interface CertificateContents {
  readonly profile: CertificateProfile;
  readonly serialNumber: SerialNumber;
  /** DER of the issuer's Name: its subject, byte for byte (CSBR 7.1.4.1). */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly subjectPublicKeyInfo: Uint8Array;
  readonly subjectKeyIdentifier: Uint8Array;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
  /** null for a self-signed root. */
  readonly issuerServices: IssuerServices | null;
  /** For profiles with subjectAltName: DNS names and IP addresses. */
  readonly subjectAltNames: readonly string[];
}

/**
 * notAfter of a certificate whose notBefore is `notBefore`: the profile's validity counts both
 * ends (RFC 5280 4.1.2.5), so the last second is left out; never past the issuer's own end.
 */
export function notAfterOf(
  profile: CertificateProfile,
  notBefore: UnixSeconds,
  issuerNotAfter: UnixSeconds | null,
): UnixSeconds {
  const { value } = profile.validity;
  const end =
    'months' in value
      ? addMonths(notBefore, value.months)
      : addSeconds(notBefore, value.days * 86_400);
  const notAfter = unixSeconds(end - 1);
  return issuerNotAfter !== null && issuerNotAfter < notAfter ? issuerNotAfter : notAfter;
}

function time(at: UnixSeconds): Time {
  const date = new Date(at * 1000);
  return timeText(at).type === 'utc'
    ? new Time({ utcTime: date })
    : new Time({ generalTime: date });
}

/** Profile and request become TBSCertificate: the bytes that lint reads and the key signs. */
export function encodeTBSCertificate(contents: CertificateContents): Uint8Array {
  const { profile, issuerServices } = contents;
  const algorithm = SIGNATURE_ALGORITHM_DER[profile.signatureAlgorithm.value];
  const tbs = new TBSCertificate({
    version: Version.v3,
    serialNumber: new Uint8Array(contents.serialNumber).buffer,
    signature: AsnConvert.parse(algorithm, AlgorithmIdentifier),
    issuer: AsnConvert.parse(contents.issuer, Name),
    validity: new Validity({ notBefore: new Date(0), notAfter: new Date(0) }),
    subject: AsnConvert.parse(contents.subject, Name),
    subjectPublicKeyInfo: AsnConvert.parse(contents.subjectPublicKeyInfo, SubjectPublicKeyInfo),
    extensions: new Extensions([
      ...buildExtensions(
        profile,
        contents.subjectKeyIdentifier,
        issuerServices,
        contents.subjectAltNames,
      ),
    ]),
  });
  tbs.validity.notBefore = time(contents.notBefore);
  tbs.validity.notAfter = time(contents.notAfter);
  return new Uint8Array(AsnConvert.serialize(tbs));
}
