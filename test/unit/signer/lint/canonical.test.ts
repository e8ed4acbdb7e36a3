import { describe, expect, it } from 'vitest';
import { derFault } from '../../../../signer/lint/der/canonical.ts';
import { derText } from '../../../../signer/lint/der/text.ts';
import { octets, tlv } from '../../../support/octets.ts';
import { openssl, opensslOk } from '../../../support/openssl.ts';
import {
  extensionDER,
  FIELD,
  findingsAbout,
  tbsOf,
  withExtension,
  withMore,
} from './certificate-under-test.ts';
import { elementAt, replaceAt } from './der-edit.ts';

/** One encoding that is DER and one of the same value, or no value at all, that is not. */
const PAIRS: readonly (readonly [what: string, canonical: string, other: string, fault: RegExp])[] =
  [
    ['8.1.3: a length in the fewest octets', '04 01 00', '04 81 01 00', /no minimal DER/],
    ['10.1: a definite length', '30 02 05 00', '30 80 05 00 00 00', /no minimal DER/],
    ['10.2: an OCTET STRING in one piece', '04 01 00', '24 03 04 01 00', /constructed value/],
    ['8.3.2: an INTEGER in the fewest octets', '02 01 01', '02 02 00 01', /fewest octets/],
    ['8.3.2: a negative INTEGER in the fewest octets', '02 01 80', '02 02 ff 80', /fewest octets/],
    ['8.4: an ENUMERATED in the fewest octets', '0a 01 01', '0a 02 00 01', /fewest octets/],
    ['11.1: TRUE as FF', '01 01 ff', '01 01 01', /BOOLEAN/],
    ['8.8.2: a NULL without contents', '05 00', '05 01 00', /NULL/],
    ['8.19.2: arcs in the fewest octets', '06 02 2a 03', '06 03 2a 80 03', /OBJECT IDENTIFIER/],
    ['8.19.2: an arc that ends', '06 02 2a 03', '06 02 2a 83', /OBJECT IDENTIFIER/],
    ['11.2.1: unused bits zero', '03 02 07 80', '03 02 07 c0', /unused bits/],
    ['8.6.2.2: at most seven unused bits', '03 02 07 80', '03 02 08 80', /unused bits/],
    ['11.6: a SET ascending', '31 06 02 01 01 02 01 02', '31 06 02 01 02 02 01 01', /ascending/],
    ['11.6: a SET without twins', '31 03 02 01 01', '31 06 02 01 01 02 01 01', /ascending/],
    ['8.12: a SET with members', '31 02 05 00', '31 00', /empty SET/],
    ['PrintableString of its letters', '13 01 41', '13 01 5f', /PrintableString/],
    ['IA5String of ASCII', '16 01 41', '16 01 e9', /IA5String/],
    ['UTF8String of UTF-8', '0c 02 c3 a9', '0c 01 e9', /UTF8String/],
    ['no octets after it', '05 00', '05 00 00', /octets follow/],
  ];

describe('canonical DER', () => {
  it.each(PAIRS)('RFC 5280 4.1: X.690 %s', (_what, canonical, other, fault) => {
    expect(derFault(octets(canonical))).toBeNull();
    expect(derFault(octets(other))).toMatch(fault);
  });

  it.each([
    ['261123040000Z', true],
    ['2611230400Z', false],
    ['261123040000+0900', false],
    ['261323040000Z', false],
  ])('RFC 5280 4.1.2.5.1: UTCTime %s is canonical: %s', (text, canonical) => {
    const fault = derFault(tlv(0x17, Buffer.from(text, 'ascii')));
    expect(fault === null).toBe(canonical);
  });

  it('RFC 5280 4.1.2.5.2: GeneralizedTime with a fraction is refused', () => {
    const time = (text: string) => derFault(tlv(0x18, Buffer.from(text, 'ascii')));
    expect(time('20500101000000Z')).toBeNull();
    expect(time('20500101000000.0Z')).toMatch(/time/);
  });

  it('RFC 5280 4.1: a thousand levels are refused before the stack is used up', () => {
    const nested = Array.from({ length: 1_000 }).reduce<Uint8Array>(
      (inner) => tlv(0x30, inner),
      octets('05 00'),
    );
    expect(derFault(nested)).toBe('nested deeper than 24 levels');
    expect(derText(nested).length).toBeLessThan(210);
  });
});

const REFUSED: readonly (readonly [string, Uint8Array, RegExp])[] = [
  [
    'RFC 5280 4.1: critical FALSE written out is refused',
    withMore(tbsOf('tsa'), tlv(0x30, octets('06 03 55 1d 12 01 01 00 04 02 30 00'))),
    /CRT extensions DER: 2\.5\.29\.18 has critical FALSE/,
  ],
  [
    'RFC 5280 4.2: an extension that is an empty list is refused',
    withMore(tbsOf('tsa'), extensionDER('subjectAltName', 'non-critical', octets('30 00'))),
    /CRT extensions DER: 2\.5\.29\.17 is an empty list/,
  ],
  [
    'RFC 5280 4.2: an extension whose value is not DER is refused',
    withExtension(
      tbsOf('tsa'),
      'subjectKeyIdentifier',
      extensionDER('subjectKeyIdentifier', 'non-critical', octets('04 81 01 00')),
    ),
    /CRT extensions DER: 2\.5\.29\.14: no minimal DER/,
  ],
  [
    'RFC 5280 4.1.2.9: an empty list of extensions is refused',
    replaceAt(tbsOf('tsa'), FIELD.extensions, octets('30 00')),
    /CRT extensions DER: an empty list/,
  ],
  [
    'X.690 11.2.2: keyUsage with trailing zero bits is refused',
    withExtension(
      tbsOf('tsa'),
      'keyUsage',
      extensionDER('keyUsage', 'critical', octets('03 02 06 80')),
    ),
    /CRT keyUsage: is no list of bits without trailing zeros/,
  ],
  [
    'X.690 11.6: an RDN of two attributes in the wrong order is refused',
    replaceAt(
      tbsOf('tsa'),
      [...FIELD.subject, 1],
      tlv(
        0x31,
        elementAt(tbsOf('tsa'), [...FIELD.subject, 1, 0]),
        elementAt(tbsOf('tsa'), [...FIELD.subject, 0, 0]),
      ),
    ),
    /CRT DER: the members of a SET are not ascending/,
  ],
  [
    'RFC 5280 4.2.1.9: cA FALSE written out is refused',
    withMore(tbsOf('tsa'), extensionDER('basicConstraints', 'critical', octets('30 03 01 01 00'))),
    /2\.5\.29\.19 is not in the profile/,
  ],
];

describe('DER of a certificate', () => {
  it.each(REFUSED)('%s', (_title, tbs, finding) => {
    expect(findingsAbout('tsa', tbs).join('\n')).toMatch(finding);
  });

  it('CP 7.1.2: openssl reads what the requirements pass, every profile', () => {
    for (const profile of ['root-ca', 'time-stamping-ca', 'ocsp-responder', 'tsa'] as const) {
      expect(findingsAbout(profile, tbsOf(profile))).toEqual([]);
      const { text } = opensslOk(['asn1parse', '-inform', 'DER'], tbsOf(profile));
      expect(text).toContain('X509v3 Key Usage');
    }
    expect(openssl(['asn1parse', '-inform', 'DER'], octets('30 05 05 00')).status).not.toBe(0);
  });
});
