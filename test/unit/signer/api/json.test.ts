import { describe, expect, it } from 'vitest';
import { decodeJSON } from '../../../../signer/api/json.ts';

const decode = (text: string) => decodeJSON(new TextEncoder().encode(text));

describe('JSON', () => {
  it('RFC 8259 4: an object that names a field twice is refused, at any depth', () => {
    for (const text of [
      '{"reason":"superseded","reason":"keyCompromise"}',
      '{"a":{"b":1,"b":1}}',
      '[{"a":1 , "a" : 2}]',
      '{"a":1,"\\u0061":2}',
      '{"__proto__":1,"__proto__":2}',
    ]) {
      expect(decode(text)).toEqual({ ok: false, error: { reason: 'names a field twice' } });
    }
  });

  it('RFC 8259 7: quotation marks, colons and escapes in strings are no names', () => {
    for (const text of [
      '{"a":"b\\":","c":":"}',
      '{"\\"a\\":":["x:", "\\\\"]}',
      '["a",{"b":{},"c":[]}, "d:"]',
      '"a:"',
    ]) {
      expect(decode(text)).toEqual({ ok: true, value: JSON.parse(text) });
    }
  });

  it('RFC 8259 8.1: what is not UTF-8, or begins with a byte order mark, is refused', () => {
    expect(decodeJSON(Uint8Array.of(0x22, 0xff, 0x22)).ok).toBe(false);
    expect(decodeJSON(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)).ok).toBe(false);
    expect(decode('').ok).toBe(false);
    expect(decode('{} {}').ok).toBe(false);
  });
});
