import { describe, expect, it } from 'vitest';
import { BugError } from '../../../../shared/result.ts';
import { WireReader, WireWriter } from '../../../../shared/snapshot/wire.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { hexOf, octets } from '../../../support/octets.ts';

describe('WireReader', () => {
  it('ADR 1: numbers are big-endian', () => {
    const reader = new WireReader(octets('01 0203 04050607 08090a0b0c0d'));
    expect(reader.unsigned(1)).toBe(0x01);
    expect(reader.unsigned(2)).toBe(0x0203);
    expect(reader.unsigned(4)).toBe(0x04050607);
    expect(reader.offset).toBe(7);
    expect(reader.remaining).toBe(6);
    expect(reader.unsigned(6)).toBe(0x08090a0b0c0d);
    expect(reader.complete).toBe(true);
    expect(new WireReader(octets('ffffffff')).unsigned(4)).toBe(0xffffffff);
    expect(new WireReader(octets('ffffffffffff')).unsigned(6)).toBe(2 ** 48 - 1);
  });

  it.each([
    ['unsigned', (reader: WireReader) => reader.unsigned(2)],
    ['octets', (reader: WireReader) => reader.octets(2)],
    ['skip', (reader: WireReader) => reader.skip(2)],
    ['time', (reader: WireReader) => reader.time()],
    ['shortText', (reader: WireReader) => reader.shortText()],
    ['expectMagic', (reader: WireReader) => reader.expectMagic('INKR')],
  ])('ADR 1: reading past the end fails for good: %s', (_, read) => {
    const reader = new WireReader(octets('05'));
    read(reader);
    expect(reader.failed).toBe(true);
    expect(reader.unsigned(1)).toBe(0);
    expect(reader.octets(0)).toEqual(new Uint8Array(0));
    expect(reader.complete).toBe(false);
  });

  it('ADR 1: octets left over are not complete', () => {
    const reader = new WireReader(octets('01 02'));
    reader.unsigned(1);
    expect(reader.complete).toBe(false);
    reader.skip(1);
    expect(reader.complete).toBe(true);
  });

  it('ADR 1: a time is at most 9999-12-31T23:59:59Z, and null is zero', () => {
    expect(new WireReader(octets('003afff4417f')).time()).toBe(253402300799);
    const late = new WireReader(octets('003afff44180'));
    late.time();
    expect(late.failed).toBe(true);
    expect(new WireReader(octets('000000000000')).timeOrNull()).toBeNull();
    expect(new WireReader(octets('000000000001')).timeOrNull()).toBe(1);
  });

  it('ADR 1: text is ASCII', () => {
    expect(new WireReader(octets('02 61 62')).shortText()).toBe('ab');
    const reader = new WireReader(octets('02 c3 a9'));
    reader.shortText();
    expect(reader.failed).toBe(true);
  });

  it.each(['494e4b53 01', '494e4b52 00', '494e4b52 02', '694e4b52 01', 'ce4e4b52 01'])(
    'ADR 1: %s is not the magic INKR of format version 1',
    (text) => {
      const reader = new WireReader(octets(text));
      reader.expectMagic('INKR');
      expect(reader.failed).toBe(true);
    },
  );
});

describe('WireWriter', () => {
  it('ADR 1: fields are spelled as the document says', () => {
    const writer = new WireWriter().magic('INKR').unsigned(1, 1).unsigned(2, 2).unsigned(3, 4);
    writer.time(unixSeconds(253402300799)).time(null).shortText('/a').octets(octets('ff'));
    expect(hexOf(writer.bytes())).toBe(
      hexOf(octets('494e4b52 01  01  0002  00000003  003afff4417f  000000000000  02 2f61  ff')),
    );
  });

  it.each([
    [256, 1],
    [65536, 2],
    [2 ** 32, 4],
    [2 ** 48, 6],
    [-1, 1],
    [0.5, 1],
    [Number.NaN, 4],
  ] as const)('ADR 1: %d in %d octets is a bug', (value, width) => {
    expect(() => new WireWriter().unsigned(value, width)).toThrow(BugError);
  });

  it('ADR 1: a field of another length is a bug', () => {
    expect(() => new WireWriter().octets(octets('00'), 2)).toThrow(BugError);
    expect(() => new WireWriter().shortText('a'.repeat(256))).toThrow(BugError);
    expect(() => new WireWriter().shortText('é')).toThrow(RangeError);
  });
});
