import { hexOf, joined } from '../../../support/octets.ts';

/**
 * Changes one thing in real DER and makes all lengths around it right again. A path counts children
 * from the outside in; OCTET STRINGs and BIT STRINGs that hold DER are entered like SEQUENCEs.
 */
export function replaceAt(
  der: Uint8Array,
  path: readonly number[],
  ...by: readonly Uint8Array[]
): Uint8Array {
  const [index, ...rest] = path;
  if (index === undefined) return joined(...by);
  const children = childrenOf(der);
  const child = children[index];
  if (!child) throw new Error(`no child ${index} in ${hexOf(der.subarray(0, 40))}`);
  const changed = [...children];
  changed[index] = replaceAt(child, rest, ...by);
  const tag = der[0] ?? 0;
  return wrapped(tag, ...(tag === BIT_STRING ? [Uint8Array.of(0)] : []), ...changed);
}

export function removeAt(der: Uint8Array, path: readonly number[]): Uint8Array {
  return replaceAt(der, path);
}

/** Puts elements after the one at this path. */
export function insertAfter(
  der: Uint8Array,
  path: readonly number[],
  ...more: readonly Uint8Array[]
): Uint8Array {
  return replaceAt(der, path, elementAt(der, path), ...more);
}

export function elementAt(der: Uint8Array, path: readonly number[]): Uint8Array {
  const [index, ...rest] = path;
  if (index === undefined) return der;
  const child = childrenOf(der)[index];
  if (!child) throw new Error(`no child ${index} in ${hexOf(der.subarray(0, 40))}`);
  return elementAt(child, rest);
}

const BIT_STRING = 0x03;

/** The elements inside one element. */
export function childrenOf(der: Uint8Array): readonly Uint8Array[] {
  const [from, end] = contentsOf(der, 0);
  const children: Uint8Array[] = [];
  let at = der[0] === BIT_STRING ? from + 1 : from;
  while (at < end) {
    const [, next] = contentsOf(der, at);
    children.push(der.subarray(at, next));
    at = next;
  }
  return children;
}

/** Where the contents of the element at `at` begin and end. */
function contentsOf(der: Uint8Array, at: number): readonly [number, number] {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return [at + 2, at + 2 + first];
  const octets = first & 0x7f;
  const length = Buffer.from(der).readUIntBE(at + 2, octets);
  return [at + 2 + octets, at + 2 + octets + length];
}

/** An element of any length up to 4 GiB. */
export function wrapped(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const value = joined(...contents);
  const digits = value.length.toString(16);
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  const head = value.length < 0x80 ? [value.length] : [0x80 | length.length, ...length];
  return joined(Uint8Array.of(tag, ...head), value);
}
