import { isIP } from 'node:net';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AccessDescription,
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BasicConstraints,
  CertificatePolicies,
  CRLDistributionPoints,
  DistributionPoint,
  DistributionPointName,
  ExtendedKeyUsage,
  Extension,
  GeneralName,
  KeyIdentifier,
  PolicyInformation,
  PolicyQualifierInfo,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from '@peculiar/asn1-x509';
import { asciiBytes } from '../../shared/bytes.ts';
import { OID } from '../../shared/der/oids.ts';
import { TAG } from '../../shared/der/tags.ts';
import { derNull, element, namedBitList } from '../../shared/der/writer.ts';
import type { CertificateProfile, KeyUsageBit } from '../../shared/policy/profiles.ts';
import { BugError } from '../../shared/result.ts';

/** The issuer's side of the extensions: its key identifier and where it publishes. */
export interface IssuerServices {
  readonly keyIdentifier: Uint8Array;
  readonly crlUrl: string;
  /** null: it answers no OCSP. */
  readonly ocspUrl: string | null;
  readonly caIssuersUrl: string;
}

/** RFC 5280 4.2.1.3: positions in KeyUsage. */
const KEY_USAGE_BIT: Readonly<Record<KeyUsageBit, number>> = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  keyCertSign: 5,
  cRLSign: 6,
};

const KEY_PURPOSE_OID = {
  timeStamping: OID['id-kp-timeStamping'],
  OCSPSigning: OID['id-kp-OCSPSigning'],
  serverAuth: OID['id-kp-serverAuth'],
  clientAuth: OID['id-kp-clientAuth'],
} as const;

function extension(extnID: string, critical: boolean, der: ArrayBuffer | Uint8Array): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(new Uint8Array(der)) });
}

function uri(value: string): GeneralName {
  return new GeneralName({ uniformResourceIdentifier: value });
}

/**
 * The extensions of a profile in the order of the CP's tables, and no other (CSBR 7.1.2.4).
 * A root has no authorityKeyIdentifier of another key, so its own is left out.
 */
export function buildExtensions(
  profile: CertificateProfile,
  subjectKeyIdentifier: Uint8Array,
  issuer: IssuerServices | null,
  subjectAltNames: readonly string[],
): readonly Extension[] {
  const list: Extension[] = [];
  if (issuer) {
    const keyIdentifier = new KeyIdentifier(issuer.keyIdentifier);
    const value = AsnConvert.serialize(new AuthorityKeyIdentifier({ keyIdentifier }));
    list.push(extension(OID['id-ce-authorityKeyIdentifier'], false, value));
  }
  const ski = AsnConvert.serialize(new SubjectKeyIdentifier(subjectKeyIdentifier));
  list.push(extension(OID['id-ce-subjectKeyIdentifier'], false, ski));
  const bits = namedBitList(profile.keyUsage.value.map((bit) => KEY_USAGE_BIT[bit]));
  list.push(extension(OID['id-ce-keyUsage'], profile.keyUsage.critical, bits));
  list.push(...purposeExtensions(profile));
  if (profile.subjectAltName?.value)
    list.push(subjectAltName(profile.subjectAltName.critical, subjectAltNames));
  if (issuer) list.push(...locationExtensions(profile, issuer));
  return list;
}

/** DNS names and IP addresses in text (RFC 5280 4.2.1.6). */
function subjectAltName(critical: boolean, names: readonly string[]): Extension {
  const value = new SubjectAlternativeName(
    names.map((name) =>
      isIP(name) === 0 ? new GeneralName({ dNSName: name }) : new GeneralName({ iPAddress: name }),
    ),
  );
  return extension(OID['id-ce-subjectAltName'], critical, AsnConvert.serialize(value));
}

function purposeExtensions(profile: CertificateProfile): readonly Extension[] {
  const { extKeyUsage, certificatePolicies, basicConstraints, ocspNoCheck } = profile;
  const list: Extension[] = [];
  if (extKeyUsage) {
    const value = new ExtendedKeyUsage(
      extKeyUsage.value.map((purpose) => KEY_PURPOSE_OID[purpose]),
    );
    list.push(
      extension(OID['id-ce-extKeyUsage'], extKeyUsage.critical, AsnConvert.serialize(value)),
    );
  }
  if (certificatePolicies) {
    const value = new CertificatePolicies(
      certificatePolicies.value.map(({ policyIdentifier, cPSuri }) =>
        policyInformation(policyIdentifier, cPSuri),
      ),
    );
    list.push(
      extension(
        OID['id-ce-certificatePolicies'],
        certificatePolicies.critical,
        AsnConvert.serialize(value),
      ),
    );
  }
  if (basicConstraints) {
    const { cA, pathLenConstraint } = basicConstraints.value;
    const value = new BasicConstraints(
      pathLenConstraint === null ? { cA } : { cA, pathLenConstraint },
    );
    list.push(
      extension(
        OID['id-ce-basicConstraints'],
        basicConstraints.critical,
        AsnConvert.serialize(value),
      ),
    );
  }
  // RSP-32: the content is NULL, octets 05 00.
  if (ocspNoCheck?.value)
    list.push(extension(OID['id-pkix-ocsp-nocheck'], ocspNoCheck.critical, derNull));
  return list;
}

function policyInformation(
  policyIdentifier: string,
  cPSuri: string | undefined,
): PolicyInformation {
  const information = new PolicyInformation({ policyIdentifier });
  if (cPSuri !== undefined) {
    const ia5 = element(TAG.ia5String, asciiBytes(cPSuri));
    const qualifier = new PolicyQualifierInfo({
      policyQualifierId: OID['id-qt-cps'],
      qualifier: ia5.buffer as ArrayBuffer,
    });
    information.policyQualifiers = [qualifier];
  }
  return information;
}

/** The policy was checked: only those who answer OCSP are named for it. */
function ocspUrlOf({ ocspUrl }: IssuerServices): string {
  if (ocspUrl === null) throw new BugError('an issuer without OCSP');
  return ocspUrl;
}

function locationExtensions(
  profile: CertificateProfile,
  issuer: IssuerServices,
): readonly Extension[] {
  const list: Extension[] = [];
  const { cRLDistributionPoints, authorityInfoAccess } = profile;
  if (cRLDistributionPoints?.value) {
    const distributionPoint = new DistributionPointName({ fullName: [uri(issuer.crlUrl)] });
    const value = new CRLDistributionPoints([new DistributionPoint({ distributionPoint })]);
    list.push(
      extension(
        OID['id-ce-cRLDistributionPoints'],
        cRLDistributionPoints.critical,
        AsnConvert.serialize(value),
      ),
    );
  }
  if (authorityInfoAccess) {
    const value = new AuthorityInfoAccessSyntax(
      authorityInfoAccess.value.map((method) =>
        method === 'ocsp'
          ? new AccessDescription({
              accessMethod: OID['id-ad-ocsp'],
              accessLocation: uri(ocspUrlOf(issuer)),
            })
          : new AccessDescription({
              accessMethod: OID['id-ad-caIssuers'],
              accessLocation: uri(issuer.caIssuersUrl),
            }),
      ),
    );
    list.push(
      extension(
        OID['id-pe-authorityInfoAccess'],
        authorityInfoAccess.critical,
        AsnConvert.serialize(value),
      ),
    );
  }
  return list;
}
