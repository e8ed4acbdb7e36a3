import { describe, expect, it } from 'vitest';
import { octets, tlv } from '../../../support/octets.ts';
import {
  EXTENSION,
  extensionDER,
  extensionValueIn,
  FIELD,
  findingsAbout,
  type ProfileName,
  tbsOf,
  withExtension,
  withMore,
} from './certificate-under-test.ts';
import { elementAt, insertAfter, removeAt, replaceAt } from './der-edit.ts';

type Change = (tbs: Uint8Array) => Uint8Array;
/** Name of the test, profile, what is changed, what the finding says. */
type Row = readonly [string, ProfileName, Change, RegExp];

function refuses(rows: readonly Row[]): void {
  it.each(rows)('%s', (_title, profile, change, finding) => {
    const changed = change(tbsOf(profile));
    expect(changed).not.toEqual(tbsOf(profile));
    expect(findingsAbout(profile, changed).join('\n')).toMatch(finding);
  });
}

const at =
  (path: readonly number[], ...by: readonly Uint8Array[]): Change =>
  (tbs) =>
    replaceAt(tbs, path, ...by);

const utcTime = (text: string) => tlv(0x17, Buffer.from(text, 'ascii'));
const generalizedTime = (text: string) => tlv(0x18, Buffer.from(text, 'ascii'));

describe('a certificate of every profile', () => {
  it.each(['root-ca', 'time-stamping-ca', 'ocsp-responder', 'tsa'] as const)(
    'CP 7.1.2: what the signer makes of the profile %s passes every requirement',
    (profile) => expect(findingsAbout(profile, tbsOf(profile))).toEqual([]),
  );

  refuses([
    [
      'CP 7.1.1: version v2 is refused',
      'tsa',
      at(FIELD.version, octets('02 01 01')),
      /^CRT version/,
    ],
    [
      'RFC 5280 4.1: issuerUniqueID is refused',
      'tsa',
      (tbs) => insertAfter(tbs, FIELD.publicKey, octets('81 02 00 01')),
      /^CRT unique identifiers: issuerUniqueID/m,
    ],
    [
      'CP 7.1.2: extensions left out are refused',
      'tsa',
      (tbs) => removeAt(tbs, [7]),
      /tbs-malformed|CRT extensions/,
    ],
    [
      'CSBR 7.1.4.1: an issuer in UTF8String where the CA has PrintableString is refused',
      'tsa',
      (tbs) => replaceAt(tbs, [3, 1, 0, 1], retagged(elementAt(tbs, [3, 1, 0, 1]), 0x0c)),
      /^CRT issuer/m,
    ],
  ]);
});

function retagged(element: Uint8Array, tag: number): Uint8Array {
  const copy = element.slice();
  copy[0] = tag;
  return copy;
}

describe('serialNumber', () => {
  const serial = (contents: string) => at(FIELD.serialNumber, tlv(0x02, octets(contents)));

  it.each([
    ['9 octets', '01 a5 a5 a5 a5 a5 a5 a5 a5'],
    ['20 octets', `7f ${'ff '.repeat(19)}`],
  ])('CP 7.1: a serial number of %s passes', (_title, contents) => {
    expect(findingsAbout('tsa', serial(contents)(tbsOf('tsa')))).toEqual([]);
  });

  refuses([
    ['CP 7.1: serial number zero is refused', 'tsa', serial('00'), /^CRT serial/],
    [
      'CP 7.1: a negative serial number is refused',
      'tsa',
      serial(`80 ${'00 '.repeat(16)}`),
      /^CRT/,
    ],
    ['RFC 5280 4.1.2.2: 21 octets are refused', 'tsa', serial(`01 ${'00 '.repeat(20)}`), /^CRT s/],
    [
      'CSBR 7.1: 8 octets have no room for 64 random bits',
      'tsa',
      serial('01 02 03 04 05 06 07 08'),
      /64/,
    ],
    [
      'RFC 5280 4.1.2.2: a serial number that is not minimal DER is refused',
      'tsa',
      serial(`00 01 ${'00 '.repeat(15)}`),
      /^tbs-malformed/,
    ],
  ]);
});

describe('signature', () => {
  it('CRT-5: sha384WithRSAEncryption with NULL parameters passes', () => {
    // RFC 4055 5 and RSP-22, written out.
    const expected = octets('30 0d 06 09 2a 86 48 86 f7 0d 01 01 0c 05 00');
    for (const profile of ['root-ca', 'time-stamping-ca', 'ocsp-responder', 'tsa'] as const)
      expect(elementAt(tbsOf(profile), FIELD.signature)).toEqual(expected);
  });

  const algorithm = (hex: string) => at(FIELD.signature, octets(hex));
  refuses([
    [
      'CRT-5: sha256WithRSAEncryption under RootCA3 is refused',
      'tsa',
      algorithm('30 0d 06 09 2a 86 48 86 f7 0d 01 01 0b 05 00'),
      /^CRT-5: not sha384/,
    ],
    [
      'CRT-5: sha1WithRSAEncryption is refused',
      'time-stamping-ca',
      algorithm('30 0d 06 09 2a 86 48 86 f7 0d 01 01 05 05 00'),
      /^CRT-5/,
    ],
    [
      'CRT-5: RSA without the NULL parameters is refused',
      'root-ca',
      algorithm('30 0b 06 09 2a 86 48 86 f7 0d 01 01 0c'),
      /^CRT-5/,
    ],
  ]);
});

const REFUSED_VALIDITIES: readonly Row[] = [
  [
    'CRT-3: a second more than 135 months is refused',
    'tsa',
    at(FIELD.notAfter, utcTime('380223040000Z')),
    /^CRT-3/m,
  ],
  [
    'CP 4.3.1: a certificate dated back by a day is refused',
    'tsa',
    at(FIELD.notBefore, utcTime('261122040000Z')),
    /CRT notBefore/,
  ],
  [
    'CP 4.3.1: a certificate dated ahead is refused',
    'tsa',
    at(FIELD.notBefore, utcTime('261123040201Z')),
    /CRT notBefore/,
  ],
  [
    'RFC 5280 6.1: a certificate that outlives its issuer is refused',
    'time-stamping-ca',
    at(FIELD.notAfter, utcTime('461123040001Z')),
    /CRT notAfter/,
  ],
  [
    'RFC 5280 4.1.2.5: notAfter at notBefore is refused',
    'tsa',
    at(FIELD.notAfter, utcTime('261123040000Z')),
    /CRT notAfter/,
  ],
  [
    'RFC 5280 4.1.2.5: GeneralizedTime for 2038 is refused',
    'tsa',
    at(FIELD.notAfter, generalizedTime('20380223035959Z')),
    /CRT times/,
  ],
  [
    'RFC 5280 4.1.2.5.1: UTCTime without seconds is refused',
    'tsa',
    at(FIELD.notAfter, utcTime('3802230359Z')),
    /CRT times/,
  ],
];

describe('validity', () => {
  it.each([
    ['two minutes before', '261123035800Z'],
    ['two minutes after', '261123040200Z'],
  ])('CP 4.3.1: notBefore %s the time of signing passes', (_title, text) => {
    const shorter = replaceAt(tbsOf('ocsp-responder'), FIELD.notAfter, utcTime('261224035959Z'));
    const tbs = replaceAt(shorter, FIELD.notBefore, utcTime(text));
    expect(findingsAbout('ocsp-responder', tbs)).toEqual([]);
  });

  it('CRT-3: a time-stamp certificate of 135 months, both ends counted, passes', () => {
    const notAfter = elementAt(tbsOf('tsa'), FIELD.notAfter);
    expect(notAfter).toEqual(utcTime('380223035959Z'));
    expect(findingsAbout('tsa', tbsOf('tsa'))).toEqual([]);
  });

  it('CRT-3: the sub-CA above it may live longer than 135 months', () => {
    const notAfter = elementAt(tbsOf('time-stamping-ca'), FIELD.notAfter);
    expect(notAfter).toEqual(utcTime('411123035959Z'));
    expect(findingsAbout('time-stamping-ca', tbsOf('time-stamping-ca'))).toEqual([]);
  });

  refuses(REFUSED_VALIDITIES);
});

const TIME_STAMPING = '06 08 2b 06 01 05 05 07 03 08';
const ekuOf = (critical: 'critical' | 'non-critical', ...oids: readonly string[]) =>
  extensionDER('extKeyUsage', critical, tlv(0x30, ...oids.map(octets)));
const eku =
  (critical: 'critical' | 'non-critical', ...oids: readonly string[]): Change =>
  (tbs) =>
    withExtension(tbs, 'extKeyUsage', ekuOf(critical, ...oids));

const REFUSED_PURPOSES: readonly Row[] = [
  [
    'CRT-1: extKeyUsage of a TSA that is not critical is refused',
    'tsa',
    eku('non-critical', TIME_STAMPING),
    /^CRT-1: extKeyUsage of a TSA is not critical/m,
  ],
  [
    'CRT-1: a second purpose is refused',
    'tsa',
    eku('critical', TIME_STAMPING, '06 08 2b 06 01 05 05 07 03 03'),
    /^CRT-1: .* not timeStamping alone/m,
  ],
  [
    'CRT-1: codeSigning instead of timeStamping is refused',
    'tsa',
    eku('critical', '06 08 2b 06 01 05 05 07 03 03'),
    /^CRT-1/m,
  ],
  [
    'CRT-1: a second extKeyUsage extension is refused',
    'tsa',
    (tbs) => withMore(tbs, ekuOf('critical', TIME_STAMPING)),
    /^CRT extensions DER: 2\.5\.29\.37 appears twice/m,
  ],
  [
    'CRT-1: a TSA without extKeyUsage is refused',
    'tsa',
    (t) => withExtension(t, 'extKeyUsage'),
    /CRT-1/,
  ],
  [
    'CRT-2: a sub-CA with codeSigning as well is refused',
    'time-stamping-ca',
    eku('non-critical', TIME_STAMPING, '06 08 2b 06 01 05 05 07 03 03'),
    /^CRT-2: extKeyUsage of a sub-CA for time-stamping is not/m,
  ],
  [
    'CRT-2: a sub-CA with anyExtendedKeyUsage is refused',
    'time-stamping-ca',
    eku('non-critical', '06 04 55 1d 25 00'),
    /^CRT-2: extKeyUsage of a sub-CA for time-stamping is not/m,
  ],
  [
    'CRT-2: a sub-CA with serverAuth as well is refused',
    'time-stamping-ca',
    eku('non-critical', '06 08 2b 06 01 05 05 07 03 01', TIME_STAMPING),
    /^CRT-2: extKeyUsage of a sub-CA for time-stamping is not/m,
  ],
  [
    'CRT-2: a sub-CA with emailProtection is refused',
    'time-stamping-ca',
    eku('non-critical', '06 08 2b 06 01 05 05 07 03 04'),
    /^CRT-2: extKeyUsage of a sub-CA for time-stamping is not/m,
  ],
  [
    'CRT-2: a sub-CA without extKeyUsage is refused',
    'time-stamping-ca',
    (tbs) => withExtension(tbs, 'extKeyUsage'),
    /^CRT-2: extKeyUsage of a sub-CA for time-stamping is not/m,
  ],
];

describe('extKeyUsage for time-stamping', () => {
  it('CRT-1, CRT-2: timeStamping alone passes, critical for a TSA and not for a sub-CA', () => {
    expect(eku('critical', TIME_STAMPING)(tbsOf('tsa'))).toEqual(tbsOf('tsa'));
    const subCA = tbsOf('time-stamping-ca');
    expect(eku('non-critical', TIME_STAMPING)(subCA)).toEqual(subCA);
    expect([
      ...findingsAbout('tsa', tbsOf('tsa')),
      ...findingsAbout('time-stamping-ca', subCA),
    ]).toEqual([]);
  });

  refuses(REFUSED_PURPOSES);
});

const usage = (bits: string) => (tbs: Uint8Array) =>
  withExtension(tbs, 'keyUsage', extensionDER('keyUsage', 'critical', octets(bits)));

const REFUSED_EXTENSIONS: readonly Row[] = [
  [
    'RSP-19: a root with digitalSignature is refused',
    'root-ca',
    usage('03 02 01 86'),
    /keyUsage: a CA/,
  ],
  [
    'RSP-19: a sub-CA with digitalSignature is refused',
    'time-stamping-ca',
    usage('03 02 01 86'),
    /keyUsage: a CA asserts other/,
  ],
  [
    'CP 7.1.2-6: a sub-CA without cRLSign is refused',
    'time-stamping-ca',
    usage('03 02 02 04'),
    /a CA/,
  ],
  [
    'CP 7.1.2-4: a TSA with keyCertSign is refused',
    'tsa',
    usage('03 02 02 84'),
    /without being a CA/,
  ],
  ['CP 7.1.2-4: a TSA with nonRepudiation is refused', 'tsa', usage('03 02 06 c0'), /not the bits/],
  [
    'CP 7.1.2-6: a sub-CA without basicConstraints is refused',
    'time-stamping-ca',
    (tbs) => withExtension(tbs, 'basicConstraints'),
    /2\.5\.29\.19 is missing/,
  ],
  [
    'RFC 5280 4.2.1.9: basicConstraints that is not critical is refused',
    'time-stamping-ca',
    (tbs) => {
      const value = extensionValueIn(tbs, 'basicConstraints');
      return withExtension(
        tbs,
        'basicConstraints',
        extensionDER('basicConstraints', 'non-critical', value),
      );
    },
    /2\.5\.29\.19 is not critical/,
  ],
  [
    'CP 7.1.5: nameConstraints is refused',
    'time-stamping-ca',
    (tbs) => withMore(tbs, extensionDER('nameConstraints', 'critical', octets('30 00'))),
    /2\.5\.29\.30 is not in the profile/,
  ],
  [
    'CP 7.1.7: policyConstraints is refused',
    'time-stamping-ca',
    (tbs) => withMore(tbs, extensionDER('policyConstraints', 'critical', octets('30 03 80 01 00'))),
    /2\.5\.29\.36 is not in the profile/,
  ],
  [
    'CSBR 7.1.2.4: an extension that the table does not list is refused',
    'tsa',
    (tbs) =>
      withMore(tbs, extensionDER('subjectAltName', 'non-critical', octets('30 03 82 01 78'))),
    /2\.5\.29\.17 is not in the profile/,
  ],
  [
    'CP 7.1.2-4: a TSA without cRLDistributionPoints is refused',
    'tsa',
    (tbs) => withExtension(tbs, 'cRLDistributionPoints'),
    /2\.5\.29\.31 is missing/,
  ],
  [
    'RFC 5280 4.2: extensions are told apart by their identifier, not by their place',
    'tsa',
    (tbs) => replaceAt(tbs, [...FIELD.extensions, 0, 0], EXTENSION.policyConstraints),
    /2\.5\.29\.36 is not in the profile/,
  ],
];

describe('extensions of the profile', () => {
  it('RSP-19: CAs assert keyCertSign and cRLSign alone, so they sign no OCSP themselves', () => {
    // Bits 5 and 6: RFC 5280 4.2.1.3, DER as in X.690 11.2.
    for (const profile of ['root-ca', 'time-stamping-ca'] as const)
      expect(extensionValueIn(tbsOf(profile), 'keyUsage')).toEqual(octets('03 02 01 06'));
  });

  refuses(REFUSED_EXTENSIONS);
});
