import { describe, expect, it } from 'vitest';
import { decodeJSON } from '../../../../signer/api/json.ts';

const decode = (text: string) => decodeJSON(new TextEncoder().encode(text));

describe('JSON', () => {
  it('RFC 8259 4: an object that names a field twice is refused, at any depth', () => {
    for (const [text, name, place] of [
      ['{"reason":"superseded","reason":"keyCompromise"}', 'reason', 'line 1, column 24'],
      ['{"a":{"b":1,"b":1}}', 'b', 'line 1, column 13'],
      ['[{"a":1 ,\n "a" : 2}]', 'a', 'line 2, column 2'],
      ['{"a":1,"\\u0061":2}', 'a', 'line 1, column 8'],
      ['{"a":[{"a":1}],"a":2}', 'a', 'line 1, column 16'],
      ['{"__proto__":1,"__proto__":2}', '__proto__', 'line 1, column 16'],
    ] as const) {
      const reason = `names the field "${name}" twice (${place})`;
      expect(decode(text)).toEqual({ ok: false, error: { reason } });
    }
  });

  it.each([
    ['{"a":1,}', 'is not JSON (line 1, column 8)'],
    ['{\n  "a": 1\n  "b": 2\n}', 'is not JSON (line 3, column 3)'],
    ['{"a":', 'is not JSON (it ends too early)'],
    ['', 'is not JSON (it ends too early)'],
  ])('RFC 8259 2: what is wrong in %j is told with its place', (text, reason) => {
    expect(decode(text)).toEqual({ ok: false, error: { reason } });
  });

  it('RFC 8259 9: what is nested more deeply than anything of ours is refused, however deep', () => {
    for (const depth of [129, 1_000_000]) {
      const text = '['.repeat(depth) + ']'.repeat(depth);
      expect(decode(text)).toEqual({ ok: false, error: { reason: 'is nested too deeply' } });
    }
    expect(decode('['.repeat(128) + ']'.repeat(128)).ok).toBe(true);
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
