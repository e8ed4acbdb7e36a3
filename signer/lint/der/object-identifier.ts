import { OID } from '../../../shared/der/oids.ts';

/** Longer than any object identifier in use; more is not worth printing. */
const MOST_OCTETS = 64;

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(OID).map(([name, dotted]) => [dotted, name]),
);

/** Dotted decimal of the contents of an OBJECT IDENTIFIER that the strict reader has let through. */
export function dottedFromContents(contents: Uint8Array): string {
  if (contents.length > MOST_OCTETS) return `an identifier of ${contents.length} octets`;
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of contents) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first = 0n, ...rest] = arcs;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - 40n * root, ...rest].join('.');
}

/** The name that its standard gives it, where one is known here, else dotted decimal. */
export function objectIdentifierText(dotted: string): string {
  return NAMES.get(dotted) ?? dotted;
}
