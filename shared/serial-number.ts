import { bytesFromHex, hexFromBytes } from './bytes.ts';
import { err, ok, type Result } from './result.ts';

declare const serialNumberBrand: unique symbol;

/** RFC 5280 4.1.2.2: the content octets of a positive, minimal INTEGER of at most 20 octets. */
export type SerialNumber = Uint8Array & { readonly [serialNumberBrand]: true };

export const SERIAL_NUMBER_MAX_OCTETS = 20;

export type SerialNumberError = {
  readonly code: 'serial-number-invalid';
  readonly reason: 'empty' | 'too-long' | 'negative' | 'zero' | 'not-minimal' | 'not-hex';
};

/** `contents` are those of a DER INTEGER, sign octet included. */
export function serialNumberFromContents(
  contents: Uint8Array,
): Result<SerialNumber, SerialNumberError> {
  const refuse = (reason: SerialNumberError['reason']) =>
    err({ code: 'serial-number-invalid', reason } as const);
  const [first, second] = contents;
  if (first === undefined) return refuse('empty');
  if (contents.length > SERIAL_NUMBER_MAX_OCTETS) return refuse('too-long');
  if (first >= 0x80) return refuse('negative');
  if (first === 0 && second === undefined) return refuse('zero');
  if (first === 0 && second !== undefined && second < 0x80) return refuse('not-minimal');
  return ok(contents as SerialNumber);
}

/** Lower-case hexadecimal of the number, as people and command lines write it; at least one digit pair. */
export function serialNumberText(serialNumber: SerialNumber): string {
  const text = hexFromBytes(serialNumber);
  return text.length > 2 && text.startsWith('00') ? text.slice(2) : text;
}

/** Reads what people paste: upper or lower case, colons or spaces between octets, leading zeros. */
export function serialNumberFromText(text: string): Result<SerialNumber, SerialNumberError> {
  const digits = text.toLowerCase().replace(/^0x/, '').replace(/[: ]/g, '').replace(/^0+/, '');
  const bytes = bytesFromHex(digits.length % 2 === 0 ? digits : `0${digits}`);
  if (!bytes.ok) return err({ code: 'serial-number-invalid', reason: 'not-hex' });
  return serialNumberFromMagnitude(bytes.value);
}

/** From an unsigned big-endian number; a sign octet is put before it where DER asks for one. */
export function serialNumberFromMagnitude(
  magnitude: Uint8Array,
): Result<SerialNumber, SerialNumberError> {
  let start = 0;
  while (start < magnitude.length && magnitude[start] === 0) start++;
  const significant = magnitude.subarray(start);
  if (significant.length === 0) return err({ code: 'serial-number-invalid', reason: 'zero' });
  if ((significant[0] ?? 0) < 0x80) return serialNumberFromContents(significant);
  const contents = new Uint8Array(significant.length + 1);
  contents.set(significant, 1);
  return serialNumberFromContents(contents);
}

/**
 * CP 7.1: 128 bits from the random source, positive, never sequential. The octet 0x01 goes before
 * them, so that every serial number has 17 octets and none is zero or shorter than it should be.
 */
export function randomSerialNumber(randomBytes: (length: number) => Uint8Array): SerialNumber {
  const contents = new Uint8Array(17);
  contents[0] = 0x01;
  contents.set(randomBytes(16), 1);
  return contents as SerialNumber;
}
