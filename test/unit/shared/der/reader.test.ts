import { describe, expect, it } from 'vitest';
import { DERReader } from '../../../../shared/der/reader.ts';
import { joined, octets, tlv } from '../../../support/octets.ts';

const read = (text: string) => new DERReader(octets(text));

describe('DERReader lengths', () => {
  it.each([
    ['short', '04 01 aa'],
    ['empty', '04 00'],
    ['one octet', `04 81 80 ${'00'.repeat(128)}`],
    ['two octets', `04 82 01 00 ${'00'.repeat(256)}`],
    ['three octets', `04 83 01 00 00 ${'00'.repeat(65536)}`],
  ])('X.690 8.1.3: a definite length is read: %s', (_, der) => {
    const reader = read(der);
    const whole = reader.whole(0x04);
    expect(whole).toEqual(octets(der));
    expect(reader.atEnd()).toBe(true);
  });

  it.each([
    ['indefinite (10.1)', '04 80 aa 00 00'],
    ['long form below 128 (10.1)', `04 81 7f ${'00'.repeat(127)}`],
    ['leading zero octet (10.1)', `04 82 00 80 ${'00'.repeat(128)}`],
    ['leading zero octets (10.1)', `04 84 00 00 01 00 ${'00'.repeat(256)}`],
    ['five octets', '04 85 01 00 00 00 00'],
    ['127 octets', '04 ff 00'],
    ['past the end by one', '04 02 aa'],
    ['nearly 4 GiB', '04 84 ff ff ff ff aa'],
    ['2 GiB, negative for 32-bit arithmetic', '04 84 80 00 00 00 aa'],
    ['cut inside the length', '04 82 01'],
    ['cut before the length', '04'],
    ['nothing at all', ''],
  ])('X.690 10.1: refused, the cursor staying: %s', (_, der) => {
    const reader = read(der);
    expect(reader.enter(0x04)).toBeUndefined();
    expect(reader.contents(0x04)).toBeUndefined();
    expect(reader.whole(0x04)).toBeUndefined();
    expect(reader.skip(9)).toBe(false);
    expect(reader.peekTag()).toBe(der === '' ? -1 : 4);
  });

  it('X.690 8.1.3: an inner length does not reach past its outer element', () => {
    const inner = read('30 03 04 02 aa bb').enter(0x30);
    expect(inner?.contents(0x04)).toBeUndefined();
  });

  it('X.690 8.1.2: another tag, a high tag number and end-of-contents are refused', () => {
    expect(read('04 01 aa').contents(0x30)).toBeUndefined();
    expect(read('1f 81 01 01 aa').contents(0x1f)).toBeUndefined();
    expect(read('bf 1f 00').skip(3)).toBe(false);
    expect(read('00 00').skip(3)).toBe(false);
    expect(read('30 02 00 00').skip(3)).toBe(false);
  });
});

describe('DERReader values', () => {
  it.each(['00', '7f', '80', 'ff', '0080', 'ff7f'])('X.690 8.3.2: INTEGER %s', (value) => {
    expect(new DERReader(tlv(2, octets(value))).integer()).toEqual(octets(value));
  });

  it.each(['', '0000', '007f', 'ff80', 'ffff'])('X.690 8.3.2: no INTEGER %j', (value) => {
    const reader = new DERReader(tlv(2, octets(value)));
    expect(reader.integer()).toBeUndefined();
    expect(reader.peekTag()).toBe(2);
  });

  it('X.690 11.1: a BOOLEAN is 00 or FF', () => {
    expect(read('01 01 ff').boolean()).toBe(true);
    expect(read('01 01 00').boolean()).toBe(false);
    for (const der of ['01 01 01', '01 00', '01 02 ff ff', '02 01 ff']) {
      const reader = read(der);
      expect(reader.boolean()).toBeUndefined();
      expect(reader.atEnd()).toBe(false);
    }
  });

  it.each(['2a', '2b0e03021a', '608648016503040201', '883703'])(
    'X.690 8.19: OBJECT IDENTIFIER %s',
    (value) =>
      expect(new DERReader(tlv(6, octets(value))).objectIdentifier()).toEqual(octets(value)),
  );

  it.each([
    ['empty', ''],
    ['an arc cut short', '2a86'],
    ['an arc with a leading zero', '2a8001'],
    ['a first arc with a leading zero', '802a'],
  ])('X.690 8.19.2: no OBJECT IDENTIFIER: %s', (_, value) => {
    const reader = new DERReader(tlv(6, octets(value)));
    expect(reader.objectIdentifier()).toBeUndefined();
    expect(reader.peekTag()).toBe(6);
  });

  it('X.690 8.6.2: a BIT STRING of whole octets has 00 before them', () => {
    expect(read('03 02 00 aa').octetAlignedBits()).toEqual(octets('aa'));
    expect(read('03 01 00').octetAlignedBits()).toEqual(octets(''));
    for (const der of ['03 00', '03 02 01 aa', '03 02 08 aa', '04 02 00 aa']) {
      expect(read(der).octetAlignedBits()).toBeUndefined();
    }
  });
});

describe('DERReader nesting', () => {
  it('X.690 8.1: contents are walked one after the other, without copying', () => {
    const der = octets('30 08 02 01 05 04 03 61 62 63 05 00');
    const outer = new DERReader(der);
    const inner = outer.enter(0x30);
    expect(inner?.integer()).toEqual(octets('05'));
    expect(inner?.contents(0x04)?.buffer).toBe(der.buffer);
    expect(inner?.atEnd()).toBe(true);
    expect(outer.atEnd()).toBe(false);
    expect(outer.contents(0x05)).toEqual(new Uint8Array(0));
    expect(outer.atEnd()).toBe(true);
    expect(outer.peekTag()).toBe(-1);
  });

  const nested = (levels: number): Uint8Array => {
    let der = octets('05 00');
    for (let i = 0; i < levels; i++) der = tlv(0x30, der);
    return der;
  };

  it('REQ-6: nesting is followed to the depth asked for and no further', () => {
    expect(new DERReader(nested(16)).skip(16)).toBe(true);
    expect(new DERReader(nested(17)).skip(16)).toBe(false);
    expect(new DERReader(nested(2000)).skip(16)).toBe(false);
    expect(new DERReader(octets('05 00')).skip(0)).toBe(true);
  });

  it.each([
    ['a constructed OCTET STRING', '24 03 04 01 aa'],
    ['a constructed NULL', '25 00'],
    ['a primitive SEQUENCE', '10 00'],
    ['a primitive SET', '11 02 05 00'],
    ['one of these inside', '30 04 24 02 04 00'],
  ])('X.690 10.2: of universal types SEQUENCE and SET alone are constructed: not %s', (_, der) => {
    expect(read(der).skip(4)).toBe(false);
  });

  it('X.690 10.1: an element is skipped only if all inside it is well-formed', () => {
    expect(read('30 04 02 01 05 05').skip(4)).toBe(false);
    expect(read('30 05 30 80 05 00 00').skip(4)).toBe(false);
    const reader = new DERReader(joined(nested(3), octets('05 00')));
    expect(reader.skip(4)).toBe(true);
    expect(reader.peekTag()).toBe(5);
  });
});
