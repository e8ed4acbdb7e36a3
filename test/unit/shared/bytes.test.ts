import { describe, expect, it } from 'vitest';
import {
  asciiBytes,
  asciiText,
  base64FromBytes,
  bytesEqual,
  bytesFromBase64,
  bytesFromHex,
  compareBytes,
  concatBytes,
  hexFromBytes,
} from '../../../shared/bytes.ts';

const everyOctet = Uint8Array.from({ length: 256 }, (_, i) => i);

describe('base64', () => {
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('RFC 4648 10: %j is %j', (text, encoded) => {
    expect(base64FromBytes(asciiBytes(text))).toBe(encoded);
    expect(bytesFromBase64(encoded)).toEqual({ ok: true, value: asciiBytes(text) });
  });

  it('RFC 4648 4: every tail of all octets agrees with Node', () => {
    for (let from = 0; from < 256; from++) {
      const bytes = everyOctet.subarray(from);
      const text = Buffer.from(bytes).toString('base64');
      expect(base64FromBytes(bytes)).toBe(text);
      expect(bytesFromBase64(text)).toEqual({ ok: true, value: bytes.slice() });
    }
  });

  it.each([
    ['missing padding', 'Zg'],
    ['half the padding', 'Zg='],
    ['padding alone', '===='],
    ['three padding characters', 'Z==='],
    ['padding inside', 'Zg==Zm9v'],
    ['base64url minus', 'Zm-v'],
    ['base64url underscore', 'Zm_v'],
    ['a space', 'Zm 9v===='],
    ['a line end', 'Zm9v\n'],
    ['a character beyond ASCII', 'Zm9é'],
    ['a character beyond Latin-1', 'Zm9\u{2014}'],
    ['unused bits set, one octet', 'Zh=='],
    ['unused bits set, two octets', 'Zm9='],
  ])('RFC 4648 3.5: %s is refused', (_, text) => {
    expect(bytesFromBase64(text)).toEqual({ ok: false, error: { code: 'not-base64' } });
  });
});

describe('hexadecimal', () => {
  it('ADR 1: hashes are written in lower case, two digits an octet', () => {
    expect(hexFromBytes(everyOctet)).toBe(Buffer.from(everyOctet).toString('hex'));
    expect(bytesFromHex('00ff10')).toEqual({ ok: true, value: Uint8Array.of(0, 255, 16) });
    expect(bytesFromHex('')).toEqual({ ok: true, value: new Uint8Array(0) });
  });

  it.each(['0', 'AB', '0x', 'g0', ' 00', '00\n'])('ADR 1: %j is not such a text', (text) => {
    expect(bytesFromHex(text)).toEqual({ ok: false, error: { code: 'not-hex' } });
  });
});

describe('octets', () => {
  it('ADR 1: order is that of memcmp, a prefix first', () => {
    const sorted = ['', '00', '0000', '01', '7f', '80', '8000', 'ff'].map((text) =>
      Uint8Array.from(Buffer.from(text, 'hex')),
    );
    for (const [i, a] of sorted.entries()) {
      for (const [j, b] of sorted.entries()) {
        expect(Math.sign(compareBytes(a, b))).toBe(Math.sign(i - j));
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
        expect(bytesEqual(a, b)).toBe(i === j);
      }
    }
  });

  it('ADR 1: parts are joined in their order', () => {
    const parts = [Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)];
    expect(concatBytes(parts)).toEqual(Uint8Array.of(1, 2, 3));
    expect(concatBytes([])).toEqual(new Uint8Array(0));
  });

  it('C2SP signed-note: text outside ASCII is refused', () => {
    expect(asciiText(Uint8Array.of(0x61, 0x7f))).toEqual({ ok: true, value: 'a\u007f' });
    expect(asciiText(Uint8Array.of(0x80)).ok).toBe(false);
    expect(() => asciiBytes('\u0080')).toThrow(RangeError);
    expect(() => asciiBytes('印鑑')).toThrow(RangeError);
  });
});
