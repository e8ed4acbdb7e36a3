import { bytesEqual, hexFromBytes } from '../../../shared/bytes.ts';

/** Where the second parser reads a finished artifact otherwise than it was meant. */
export interface Disagreement {
  /** By its ASN.1 name, such as `tbsCertificate.serialNumber`. */
  readonly field: string;
  readonly meant: string;
  readonly found: string;
}

/** What a field holds: octets, a number, a time in seconds, a truth; undefined when it is absent. */
export type FieldValue = Uint8Array | number | bigint | boolean | string | undefined;

export type FieldPair = readonly [field: string, meant: FieldValue, found: FieldValue];

/** The first pair that differs; null when the parsers agree. */
export function firstDisagreement(pairs: Iterable<FieldPair>): Disagreement | null {
  for (const [field, meant, found] of pairs) {
    if (isSame(meant, found)) continue;
    return { field, meant: valueText(meant), found: valueText(found) };
  }
  return null;
}

/** The comparison, or that the second parser refuses the artifact altogether. */
export function compared(compare: () => Disagreement | null): Disagreement | null {
  try {
    return compare();
  } catch (error) {
    const found = error instanceof Error ? error.message : 'refused';
    return { field: 'DER', meant: 'readable', found: found.slice(0, MOST_CHARACTERS) };
  }
}

/** Octets of an ArrayBuffer of the second parser; undefined stays undefined. */
export function octetsOf(buffer: ArrayBuffer | undefined): Uint8Array | undefined {
  return buffer && new Uint8Array(buffer);
}

/** A time of the second parser; a fraction of a second stays visible. */
export function secondsOf(date: Date | undefined): number | undefined {
  return date && date.getTime() / 1000;
}

const MOST_CHARACTERS = 120;

function isSame(a: FieldValue, b: FieldValue): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array ? bytesEqual(a, b) : a === b;
}

function valueText(value: FieldValue): string {
  if (value === undefined) return 'absent';
  if (!(value instanceof Uint8Array)) return String(value).slice(0, MOST_CHARACTERS);
  const hex = hexFromBytes(value.subarray(0, MOST_CHARACTERS / 2));
  return value.length > MOST_CHARACTERS / 2 ? `${hex}… (${value.length} octets)` : hex;
}
