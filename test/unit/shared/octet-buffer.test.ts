import { describe, expect, it } from 'vitest';
import { OctetBuffer } from '../../../shared/octet-buffer.ts';

describe('OctetBuffer', () => {
  it('RFC 6960 4.2.1: pieces stand one after the other, however often it grows', () => {
    const buffer = new OctetBuffer(0);
    const pieces = Array.from({ length: 100 }, (_, i) => new Uint8Array(i).fill(i));
    const starts = pieces.map((piece) => buffer.append(piece));
    expect(Buffer.from(buffer.copy()).equals(Buffer.concat(pieces))).toBe(true);
    expect(starts.slice(0, 4)).toEqual([0, 0, 1, 3]);
    expect(buffer.length).toBe(4950);
  });

  it('RFC 6960 4.2.1: numbers are big-endian', () => {
    const buffer = new OctetBuffer(1);
    buffer.appendUnsigned(0x0102, 2);
    buffer.appendUnsigned(0x0a_0b_0c_0d_0e_0f, 6);
    expect([...buffer.copy()]).toEqual([1, 2, 10, 11, 12, 13, 14, 15]);
  });

  it('RFC 6960 4.2.1: a copy does not change with what is written later', () => {
    const buffer = new OctetBuffer(8);
    buffer.append(Uint8Array.of(1, 2));
    const before = buffer.copy();
    buffer.overwrite(0, Uint8Array.of(9));
    expect([...before]).toEqual([1, 2]);
    expect([...buffer.copy()]).toEqual([9, 2]);
  });

  it('RFC 6960 4.2.1: nothing is written past the end', () => {
    const buffer = new OctetBuffer(8);
    buffer.append(Uint8Array.of(1, 2));
    expect(() => buffer.overwrite(1, Uint8Array.of(3, 4))).toThrow(RangeError);
  });
});
