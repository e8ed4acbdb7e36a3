import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { octets, tlv, withOctet } from '../../../support/octets.ts';
import {
  EXTENSION,
  type ExtensionName,
  extensionDER,
  extensionValueIn,
  FIELD,
  findingsAbout,
  issuerOf,
  tbsOf,
  withExtension,
  withMore,
} from './certificate-under-test.ts';
import { childrenOf, elementAt } from './der-edit.ts';

const RESPONDER = tbsOf('ocsp-responder');
/** id-kp-OCSPSigning, 1.3.6.1.5.5.7.3.9 (RFC 6960 4.2.2.2). */
const OCSP_SIGNING = '06 08 2b 06 01 05 05 07 03 09';

type Critical = 'critical' | 'non-critical';

/** The responder's certificate with one extension of another value or criticality. */
function changed(name: ExtensionName, critical: Critical, value: string): Uint8Array {
  return withExtension(RESPONDER, name, extensionDER(name, critical, octets(value)));
}

const without = (name: ExtensionName) => withExtension(RESPONDER, name);
const withOne = (name: ExtensionName, critical: Critical, value: string) =>
  withMore(RESPONDER, extensionDER(name, critical, octets(value)));

const REFUSED: readonly (readonly [string, Uint8Array, string])[] = [
  [
    'RSP-30: extKeyUsage that is missing is refused',
    without('extKeyUsage'),
    '2.5.29.37 is missing',
  ],
  [
    'RSP-31: keyUsage that is not critical is refused',
    changed('keyUsage', 'non-critical', '03 02 07 80'),
    'CRT extensions: 2.5.29.15 is not critical',
  ],
  [
    'RSP-31: nonRepudiation as well is refused',
    changed('keyUsage', 'critical', '03 02 06 c0'),
    'CRT keyUsage: not the bits of the profile',
  ],
  [
    'RSP-31: cRLSign as well is refused',
    changed('keyUsage', 'critical', '03 02 01 82'),
    'CRT keyUsage: keyCertSign or cRLSign without being a CA',
  ],
  ['RSP-31: keyUsage that is missing is refused', without('keyUsage'), '2.5.29.15 is missing'],
  ['RSP-32: without nocheck it is refused', without('ocspNoCheck'), 'nocheck is not NULL'],
  [
    'RSP-32: nocheck that is critical is refused',
    changed('ocspNoCheck', 'critical', '05 00'),
    '1.3.6.1.5.5.7.48.1.5 is critical',
  ],
  [
    'RSP-32: nocheck with an empty SEQUENCE is refused',
    changed('ocspNoCheck', 'non-critical', '30 00'),
    'nocheck is not NULL',
  ],
  [
    'RSP-33: certificatePolicies is refused',
    // 1.2.392.200091.100.901.7, as the table had it until 2023-09-14
    withOne(
      'certificatePolicies',
      'non-critical',
      '30 0e 30 0c 06 0a 2a 83 08 8c 9b 1b 64 87 05 07',
    ),
    'RSP-33: 2.5.29.32 must not be there',
  ],
  [
    'RSP-34: cRLDistributionPoints is refused',
    withOne('cRLDistributionPoints', 'non-critical', '30 0b 30 09 a0 07 a0 05 86 03 61 3a 62'),
    'RSP-34: 2.5.29.31 must not be there',
  ],
  [
    'RSP-34: authorityInfoAccess is refused',
    withOne(
      'authorityInfoAccess',
      'non-critical',
      '30 11 30 0f 06 08 2b 06 01 05 05 07 30 01 86 03 61 3a 62',
    ),
    '1.3.6.1.5.5.7.1.1 must not be there',
  ],
  [
    'RSP-34: subjectAltName is refused',
    withOne('subjectAltName', 'non-critical', '30 03 82 01 78'),
    '2.5.29.17 must not be there',
  ],
  [
    'RSP-34: nameConstraints is refused',
    withOne('nameConstraints', 'critical', '30 00'),
    '2.5.29.30 must not be there',
  ],
  [
    'RSP-34: basicConstraints with cA is refused',
    withOne('basicConstraints', 'critical', '30 03 01 01 ff'),
    'CRT keyUsage: a CA asserts other',
  ],
  [
    'RSP-35: without authorityKeyIdentifier it is refused',
    without('authorityKeyIdentifier'),
    'CRT authorityKeyIdentifier: absent',
  ],
  [
    'RSP-35: an authorityKeyIdentifier of another key is refused',
    changed('authorityKeyIdentifier', 'non-critical', `30 16 80 14 ${'5a '.repeat(20)}`),
    "is not the issuer's key identifier",
  ],
  [
    'RSP-35: an authorityKeyIdentifier that names a serial number as well is refused',
    changed('authorityKeyIdentifier', 'non-critical', `30 19 80 14 ${'5a '.repeat(20)} 82 01 01`),
    'names more than the key',
  ],
  [
    'RSP-35: without subjectKeyIdentifier it is refused',
    without('subjectKeyIdentifier'),
    'CRT subjectKeyIdentifier: absent',
  ],
  [
    'RSP-35: a subjectKeyIdentifier of another key is refused',
    changed('subjectKeyIdentifier', 'non-critical', `04 14 ${'5a '.repeat(20)}`),
    'is not SHA-1 of the key bits',
  ],
  [
    'RSP-35: key identifiers that are critical are refused',
    withExtension(
      RESPONDER,
      'subjectKeyIdentifier',
      extensionDER(
        'subjectKeyIdentifier',
        'critical',
        extensionValueIn(RESPONDER, 'subjectKeyIdentifier'),
      ),
    ),
    '2.5.29.14 is critical',
  ],
  [
    'RSP-35: one octet off in the key makes the subjectKeyIdentifier wrong',
    withOctet(RESPONDER, RESPONDER.length - 200, 0),
    'CRT subjectKeyIdentifier: is not SHA-1 of the key bits',
  ],
];

describe("the responder's certificate, CP table 7.1.2-5", () => {
  it.each([
    ['RSP-30: extKeyUsage is OCSPSigning alone', 'extKeyUsage', `30 0a ${OCSP_SIGNING}`],
    ['RSP-31: keyUsage is digitalSignature alone', 'keyUsage', '03 02 07 80'],
    ['RSP-32: id-pkix-ocsp-nocheck holds 05 00', 'ocspNoCheck', '05 00'],
  ] as const)('%s', (_title, name, value) => {
    expect(extensionValueIn(RESPONDER, name)).toEqual(octets(value));
    const critical = name === 'keyUsage' ? 'critical' : 'non-critical';
    expect(changed(name, critical, value)).toEqual(RESPONDER);
    expect(findingsAbout('ocsp-responder', RESPONDER)).toEqual([]);
  });

  it('RSP-33, RSP-34: it has the extensions of the table and no other', () => {
    const identifiers = childrenOf(elementAt(RESPONDER, FIELD.extensions)).map(
      (extension) => childrenOf(extension)[0],
    );
    expect(identifiers).toEqual([
      EXTENSION.authorityKeyIdentifier,
      EXTENSION.subjectKeyIdentifier,
      EXTENSION.keyUsage,
      EXTENSION.extKeyUsage,
      EXTENSION.ocspNoCheck,
    ]);
  });

  it('RSP-35: both key identifiers are SHA-1 of key bits', () => {
    const bits = elementAt(RESPONDER, [...FIELD.publicKey, 1]).subarray(5);
    const sha1 = createHash('sha1').update(bits).digest();
    expect(extensionValueIn(RESPONDER, 'subjectKeyIdentifier')).toEqual(tlv(0x04, sha1));
    const { keyIdentifier } = issuerOf('ocsp-responder');
    expect(extensionValueIn(RESPONDER, 'authorityKeyIdentifier')).toEqual(
      tlv(0x30, tlv(0x80, keyIdentifier)),
    );
  });

  it.each([
    [
      'RSP-30: clientAuth as well is refused',
      `30 14 ${OCSP_SIGNING} 06 08 2b 06 01 05 05 07 03 02`,
    ],
    ['RSP-30: timeStamping instead is refused', '30 0a 06 08 2b 06 01 05 05 07 03 08'],
    ['RSP-30: anyExtendedKeyUsage is refused', '30 06 06 04 55 1d 25 00'],
  ])('%s', (_title, value) => {
    const findings = findingsAbout('ocsp-responder', changed('extKeyUsage', 'non-critical', value));
    expect(findings).toContain('RSP-30: extKeyUsage is not OCSPSigning alone');
  });

  it.each(REFUSED)('%s', (_title, tbs, finding) => {
    expect(findingsAbout('ocsp-responder', tbs).join('\n')).toContain(finding);
  });
});
