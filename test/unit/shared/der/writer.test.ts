import * as schema from '@peculiar/asn1-schema';
import { describe, expect, it } from 'vitest';
import { compareBytes } from '../../../../shared/bytes.ts';
import { OID, SIGNATURE_ALGORITHM_DER } from '../../../../shared/der/oids.ts';
import { DERReader } from '../../../../shared/der/reader.ts';
import * as der from '../../../../shared/der/writer.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { hexOf, octets } from '../../../support/octets.ts';
import { describeWithOpenSSL, opensslOk } from '../../../support/openssl.ts';

/** DER of an OBJECT IDENTIFIER by @peculiar/asn1-schema. */
function oidByPeculiar(dotted: string): string {
  class Holder {
    oid = dotted;
  }
  schema.AsnType({ type: schema.AsnTypeTypes.Sequence })(Holder);
  schema.AsnProp({ type: schema.AsnPropTypes.ObjectIdentifier })(Holder.prototype, 'oid');
  return hexOf(new Uint8Array(schema.AsnConvert.serialize(new Holder()))).slice(4);
}

describe('lengths', () => {
  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '8180'],
    [255, '81ff'],
    [256, '820100'],
    [65535, '82ffff'],
    [65536, '83010000'],
    [16777215, '83ffffff'],
    [16777216, '8401000000'],
    [2 ** 31, '8480000000'],
    [2 ** 32 - 1, '84ffffffff'],
  ])('X.690 10.1: length %d is %s', (length, encoded) => {
    expect(hexOf(der.lengthOctets(length))).toBe(encoded);
  });

  it('X.690 8.1: what is written is read, at the edges of each length form', () => {
    for (const length of [0, 127, 128, 255, 256, 65535, 65536]) {
      const reader = new DERReader(der.octetString(new Uint8Array(length)));
      expect(reader.contents(0x04)?.length).toBe(length);
      expect(reader.atEnd()).toBe(true);
    }
  });
});

describe('INTEGER', () => {
  it.each([
    ['', '020100'],
    ['00', '020100'],
    ['0000', '020100'],
    ['01', '020101'],
    ['7f', '02017f'],
    ['80', '02020080'],
    ['000080', '02020080'],
    ['0100', '02020100'],
  ])('X.690 8.3.2: the magnitude %j is %s', (magnitude, encoded) => {
    expect(hexOf(der.unsignedInteger(octets(magnitude)))).toBe(encoded);
  });

  it.each([
    [0, '020100'],
    [1, '020101'],
    [127, '02017f'],
    [128, '02020080'],
    [256, '02020100'],
    [2 ** 32, '02050100000000'],
    [Number.MAX_SAFE_INTEGER, '02071fffffffffffff'],
  ])('X.690 8.3: %d is %s', (value, encoded) => {
    expect(hexOf(der.smallInteger(value))).toBe(encoded);
  });

  it.each([-1, 0.5, 2 ** 53, Number.NaN])('X.690 8.3: %d is not written', (value) => {
    expect(() => der.smallInteger(value)).toThrow(RangeError);
  });
});

describe('OBJECT IDENTIFIER', () => {
  it.each(Object.entries(OID))('X.690 8.19: %s is as @peculiar writes it', (_, dotted) => {
    expect(hexOf(der.objectIdentifier(dotted))).toBe(oidByPeculiar(dotted));
  });

  it.each([
    ['2.999.3', '0603883703'],
    ['0.0', '060100'],
    ['1.39', '06014f'],
    ['2.0', '060150'],
    ['1.2.127.128.16383.16384', '06092a7f8100ff7f818000'],
  ])('X.690 8.19: %s is %s', (dotted, encoded) => {
    expect(hexOf(der.objectIdentifier(dotted))).toBe(encoded);
  });

  it.each([
    '',
    '1',
    '3.1',
    '1.40',
    '0.40',
    '-1.2',
    '1.2.',
    '1.2.-3',
    '1.2.0x10',
    '1.2.03',
    '1. 2',
    '1.2.9007199254740993',
    '1.2.a',
  ])('X.690 8.19: %j is not an object identifier', (dotted) => {
    expect(() => der.objectIdentifier(dotted)).toThrow(RangeError);
  });
});

describe('strings, sets and times', () => {
  it('X.690 8.6: a BIT STRING of whole octets', () => {
    expect(hexOf(der.bitString(octets('aabb')))).toBe('030300aabb');
    expect(hexOf(der.bitString())).toBe('030100');
  });

  it.each([
    [[], '030100'],
    [[0], '03020780'],
    [[5, 6], '03020106'],
    [[7], '03020001'],
    [[8], '0303070080'],
    [[0, 8], '0303078080'],
  ])('X.690 11.2.2: the named bits %j are %s', (bits, encoded) => {
    expect(hexOf(der.namedBitList(bits))).toBe(encoded);
  });

  it('X.690 11.6: a SET OF is in ascending order of its encodings', () => {
    const parts = [octets('0c0162'), octets('0c026161'), octets('0c0161')];
    expect(hexOf(der.setOf(parts, compareBytes))).toBe('310a0c01610c01620c026161');
  });

  it('RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050', () => {
    const ascii = (text: string) => hexOf(Buffer.from(text, 'ascii'));
    expect(hexOf(der.time(unixSeconds(2524607999)))).toBe(`170d${ascii('491231235959Z')}`);
    expect(hexOf(der.time(unixSeconds(2524608000)))).toBe(`180f${ascii('20500101000000Z')}`);
    expect(hexOf(der.generalizedTime(unixSeconds(0)))).toBe(`180f${ascii('19700101000000Z')}`);
  });

  it('RSP-22: RSA algorithm identifiers carry NULL, ECDSA ones nothing', () => {
    expect(hexOf(SIGNATURE_ALGORITHM_DER.sha256WithRSAEncryption)).toBe(
      '300d06092a864886f70d01010b0500',
    );
    expect(hexOf(SIGNATURE_ALGORITHM_DER.sha384WithRSAEncryption)).toBe(
      '300d06092a864886f70d01010c0500',
    );
    expect(hexOf(SIGNATURE_ALGORITHM_DER['ecdsa-with-SHA256'])).toBe('300a06082a8648ce3d040302');
    expect(hexOf(SIGNATURE_ALGORITHM_DER['ecdsa-with-SHA384'])).toBe('300a06082a8648ce3d040303');
  });
});

describeWithOpenSSL('openssl asn1parse', () => {
  it('X.690 10: reads what is written, to the last octet', () => {
    const bytes = der.sequence(
      der.smallInteger(300),
      der.derTrue,
      der.derNull,
      der.objectIdentifier(OID.sha256WithRSAEncryption),
      der.octetString(new Uint8Array(200)),
      der.generalizedTime(unixSeconds(1795408809)),
    );
    const { text } = opensslOk(['asn1parse', '-inform', 'DER'], bytes);
    for (const part of [
      /INTEGER +:012C/,
      /BOOLEAN +:255/,
      /NULL/,
      /:sha256WithRSAEncryption/,
      /l= 200 prim: OCTET STRING/,
      /:20261123044009Z/,
    ]) {
      expect(text).toMatch(part);
    }
  });
});
