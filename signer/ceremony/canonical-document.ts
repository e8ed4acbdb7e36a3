import { bytesFromBase64, bytesFromHex } from '../../shared/bytes.ts';
import type { Decode } from '../../shared/json-fields.ts';
import { matching, refined } from '../../shared/json-fields.ts';
import { err, must, ok, type Result } from '../../shared/result.ts';
import { type UnixSeconds, unixSecondsFromISO } from '../../shared/time.ts';

/** Why a file is not what it says it is; `reason` is half a sentence for people. */
export interface DocumentError {
  readonly code: 'document-malformed';
  readonly reason: string;
}

/**
 * The one text of a ceremony document: JSON with the members in the order of docs/formats.md 13, two
 * spaces of indentation, one line end after it. People read it as it stands, and a hash over it is a
 * hash over everything in it.
 */
export function canonicalText(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A document of at most `most` UTF-16 units; any other text than the canonical one is refused. */
export function decodeCanonical<T>(
  text: string,
  decode: Decode<T>,
  most: number,
): Result<T, DocumentError> {
  const refuse = (reason: string) => err({ code: 'document-malformed', reason } as const);
  if (text.length > most) return refuse(`it is longer than ${most} characters`);
  let value: unknown;
  try {
    // A field that is named twice is not canonical, so nothing has to look for it.
    value = JSON.parse(text);
  } catch {
    return refuse('it is not JSON');
  }
  const decoded = decode(value, '');
  if (!decoded.ok) return refuse(`${decoded.error.pointer || 'it'} ${decoded.error.reason}`);
  // The decoder puts members in their order, so an equal text is the only one with this meaning.
  return canonicalText(decoded.value) === text ? ok(decoded.value) : refuse('it is not canonical');
}

/** Octets as base64 (RFC 4648 4, padded); kept as text so that the document can be written again. */
export const base64Text: Decode<string> = refined(
  matching(/^[A-Za-z0-9+/]+={0,2}$/, 'base64'),
  (text) => {
    const bytes = bytesFromBase64(text);
    return bytes.ok ? ok(text) : bytes;
  },
  'must be base64 with padding (RFC 4648 4)',
);

export const timeText: Decode<string> = refined(
  matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'a time such as 2026-11-23T04:40:09Z'),
  (text) => {
    const time = unixSecondsFromISO(text);
    return time.ok ? ok(text) : time;
  },
  'must be a time such as 2026-11-23T04:40:09Z',
);

export const sha256Text: Decode<string> = matching(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal');

/** The octets of a `base64Text`. */
export function octetsOf(text: string): Uint8Array {
  return must(bytesFromBase64(text), 'base64 that was decoded before');
}

/** The octets of a `sha256Text`. */
export function hashOf(text: string): Uint8Array {
  return must(bytesFromHex(text), 'hexadecimal that was decoded before');
}

/** The instant of a `timeText`. */
export function instantOf(text: string): UnixSeconds {
  return must(unixSecondsFromISO(text), 'time that was decoded before');
}
