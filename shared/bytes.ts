import { err, ok, type Result } from './result.ts';

const HEX_DIGITS = '0123456789abcdef';
const BASE64_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Lower-case, two digits an octet, no separators. */
export function hexFromBytes(bytes: Uint8Array): string {
  let text = '';
  for (const octet of bytes) text += HEX_DIGITS.charAt(octet >> 4) + HEX_DIGITS.charAt(octet & 15);
  return text;
}

/** Accepts lower-case hexadecimal of even length only. */
export function bytesFromHex(text: string): Result<Uint8Array, { readonly code: 'not-hex' }> {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return err({ code: 'not-hex' });
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return ok(bytes);
}

export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Order of memcmp; a proper prefix comes first. Negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Octets of a text that is ASCII by construction; anything else is a bug of the caller. */
export function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) throw new RangeError('asciiBytes: not ASCII');
    bytes[i] = text.charCodeAt(i);
  }
  return bytes;
}

/** Text of octets that must all be ASCII. */
export function asciiText(bytes: Uint8Array): Result<string, { readonly code: 'not-ascii' }> {
  let text = '';
  for (const octet of bytes) {
    if (octet > 0x7f) return err({ code: 'not-ascii' });
    text += String.fromCharCode(octet);
  }
  return ok(text);
}

/** RFC 4648 4, with padding. */
export function base64FromBytes(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += BASE64_ALPHABET.charAt(group >> 18) + BASE64_ALPHABET.charAt((group >> 12) & 63);
    text += left > 1 ? BASE64_ALPHABET.charAt((group >> 6) & 63) : '=';
    text += left > 2 ? BASE64_ALPHABET.charAt(group & 63) : '=';
  }
  return text;
}

const BASE64_VALUE = ((): Int8Array => {
  const values = new Int8Array(128).fill(-1);
  for (let i = 0; i < 64; i++) values[BASE64_ALPHABET.charCodeAt(i)] = i;
  return values;
})();

function sextet(text: string, at: number): number {
  return BASE64_VALUE[text.charCodeAt(at)] ?? -1;
}

/**
 * RFC 4648 4, strict: padded to a multiple of four, no other characters, and the unused bits of the
 * last character zero (3.5), so that every byte string has exactly one text.
 */
export function bytesFromBase64(text: string): Result<Uint8Array, { readonly code: 'not-base64' }> {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const characters = text.length - padding;
  if (text.length % 4 !== 0) return err({ code: 'not-base64' });
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let at = 0;
  let bits = 0;
  let held = 0;
  for (let i = 0; i < characters; i++) {
    const value = sextet(text, i);
    if (value < 0) return err({ code: 'not-base64' });
    held = (held << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
    held &= (1 << bits) - 1;
  }
  return held === 0 ? ok(bytes) : err({ code: 'not-base64' });
}
