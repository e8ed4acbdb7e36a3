import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AuthorityInfoAccessSyntax,
  BasicConstraints,
  CertificatePolicies,
  CRLDistributionPoints,
  ExtendedKeyUsage,
  type Extension,
  type GeneralName,
  KeyUsage,
  SubjectAlternativeName,
} from '@peculiar/asn1-x509';
import { hexFromBytes } from '../../shared/bytes.ts';
import { OID } from '../../shared/der/oids.ts';

const NAME_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(OID).map(([name, oid]) => [oid, name]),
);

/** The name that its standard gives an object identifier, or the identifier. */
export function oidText(oid: string): string {
  return NAME_OF.get(oid) ?? oid;
}

function locationText(name: GeneralName | undefined): string {
  return name?.uniformResourceIdentifier ?? '(not a URL)';
}

type Reader = (value: ArrayBuffer) => string;

/** Those whose contents people compare; others are told in hexadecimal. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    OID['id-ce-basicConstraints'],
    (value) => {
      const { cA, pathLenConstraint } = AsnConvert.parse(value, BasicConstraints);
      if (!cA) return 'not a CA';
      return pathLenConstraint === undefined ? 'CA' : `CA, path length ${pathLenConstraint}`;
    },
  ],
  [OID['id-ce-keyUsage'], (value) => AsnConvert.parse(value, KeyUsage).toJSON().join(', ')],
  [
    OID['id-ce-extKeyUsage'],
    (value) => [...AsnConvert.parse(value, ExtendedKeyUsage)].map(oidText).join(', '),
  ],
  [
    OID['id-ce-subjectAltName'],
    (value) =>
      [...AsnConvert.parse(value, SubjectAlternativeName)]
        .map(({ dNSName, iPAddress }) => dNSName ?? iPAddress ?? '(another kind of name)')
        .join(', '),
  ],
  [
    OID['id-ce-certificatePolicies'],
    (value) =>
      [...AsnConvert.parse(value, CertificatePolicies)]
        .map(({ policyIdentifier }) => policyIdentifier)
        .join(', '),
  ],
  [
    OID['id-ce-cRLDistributionPoints'],
    (value) =>
      [...AsnConvert.parse(value, CRLDistributionPoints)]
        .flatMap((point) => point.distributionPoint?.fullName ?? [])
        .map(locationText)
        .join(', '),
  ],
  [
    OID['id-pe-authorityInfoAccess'],
    (value) =>
      [...AsnConvert.parse(value, AuthorityInfoAccessSyntax)]
        .map((access) => `${oidText(access.accessMethod)} ${locationText(access.accessLocation)}`)
        .join(', '),
  ],
]);

/** An extension as people compare it: `critical` first where it is, then what it says. */
export function extensionText({ extnID, critical, extnValue }: Extension): string {
  const read = READERS.get(extnID);
  const value = read
    ? read(extnValue.buffer as ArrayBuffer)
    : hexFromBytes(new Uint8Array(extnValue.buffer)).slice(0, 400);
  return critical ? `critical, ${value}` : value;
}
