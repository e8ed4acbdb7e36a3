import { asciiBytes, concatBytes } from '../bytes.ts';
import { generalizedTimeText, timeText, type UnixSeconds } from '../time.ts';
import { TAG } from './tags.ts';

/** X.690 10.1: definite, minimal. */
export function lengthOctets(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  if (length < 0x100) return Uint8Array.of(0x81, length);
  if (length < 0x10000) return Uint8Array.of(0x82, length >> 8, length & 0xff);
  if (length < 0x1000000) {
    return Uint8Array.of(0x83, length >> 16, (length >> 8) & 0xff, length & 0xff);
  }
  return Uint8Array.of(
    0x84,
    (length >>> 24) & 0xff,
    (length >> 16) & 0xff,
    (length >> 8) & 0xff,
    length & 0xff,
  );
}

/** One element; the contents are the parts, one after the other. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  return concatBytes([Uint8Array.of(tag), lengthOctets(length), ...parts]);
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(TAG.sequence, ...parts);
}

/** X.690 11.6: the encodings of a SET OF in ascending order. */
export function setOf(
  parts: readonly Uint8Array[],
  compare: (a: Uint8Array, b: Uint8Array) => number,
): Uint8Array {
  return element(TAG.set, ...[...parts].sort(compare));
}

/** INTEGER of an unsigned big-endian number: leading zeros dropped, a sign octet put where needed. */
export function unsignedInteger(magnitude: Uint8Array): Uint8Array {
  let start = 0;
  while (start < magnitude.length - 1 && magnitude[start] === 0) start++;
  const significant = magnitude.subarray(start);
  if (significant.length === 0) return Uint8Array.of(TAG.integer, 1, 0);
  if ((significant[0] ?? 0) < 0x80) return element(TAG.integer, significant);
  return element(TAG.integer, Uint8Array.of(0), significant);
}

/** INTEGER of a small number, 0 to 2^53 - 1; another number is a bug of the caller. */
export function smallInteger(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a count: ${value}`);
  const magnitude: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) magnitude.unshift(rest % 256);
  return unsignedInteger(Uint8Array.from(magnitude));
}

export function octetString(...contents: readonly Uint8Array[]): Uint8Array {
  return element(TAG.octetString, ...contents);
}

/** BIT STRING of whole octets. */
export function bitString(...contents: readonly Uint8Array[]): Uint8Array {
  return element(TAG.bitString, Uint8Array.of(0), ...contents);
}

/** X.690 11.2.2: a named-bit list without trailing zero bits. `bits` counts from the left, 0 first. */
export function namedBitList(bits: readonly number[]): Uint8Array {
  const highest = Math.max(-1, ...bits);
  const octets = new Uint8Array(Math.floor(highest / 8) + 1);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return element(TAG.bitString, Uint8Array.of(highest < 0 ? 0 : 7 - (highest & 7)), octets);
}

export function generalizedTime(time: UnixSeconds): Uint8Array {
  return element(TAG.generalizedTime, asciiBytes(generalizedTimeText(time)));
}

/** The CHOICE Time of RFC 5280 4.1.2.5 and 5.1.2.4. */
export function time(at: UnixSeconds): Uint8Array {
  const { type, text } = timeText(at);
  return element(type === 'utc' ? TAG.utcTime : TAG.generalizedTime, asciiBytes(text));
}

export const derNull: Uint8Array = Uint8Array.of(TAG.null, 0);
export const derTrue: Uint8Array = Uint8Array.of(TAG.boolean, 1, 0xff);

const DOTTED = /^[0-2](?:\.(?:0|[1-9]\d*))+$/;

/** OBJECT IDENTIFIER from dotted decimal; arcs below 2^53. A malformed one is a bug of the caller. */
export function objectIdentifier(dotted: string): Uint8Array {
  const arcs = dotted.split('.').map(Number);
  const [first = -1, second = -1] = arcs;
  const valid = DOTTED.test(dotted) && arcs.every(Number.isSafeInteger);
  if (!valid || (first < 2 && second > 39))
    throw new RangeError(`not an object identifier: ${dotted}`);
  const octets: number[] = [];
  for (const arc of [first * 40 + second, ...arcs.slice(2)]) octets.push(...base128(arc));
  return element(TAG.objectIdentifier, Uint8Array.from(octets));
}

function base128(arc: number): number[] {
  const octets = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    octets.unshift((rest % 128) + 128);
  }
  return octets;
}
