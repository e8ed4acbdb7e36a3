import { asciiText, compareBytes } from '../../../shared/bytes.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import { unixSecondsFromGeneralizedTime } from '../../../shared/time.ts';

/** Nothing that a CA signs is nested deeper; a file that is has been made to hurt. */
const DEPTH = 24;

/**
 * What is not DER about one value and all inside it, null when it is canonical (X.690 10, 11):
 * definite minimal lengths, numbers in the fewest octets, TRUE as FF, bits after the last one zero, the
 * members of a SET ascending, strings of the characters their type allows, times in whole seconds
 * and Z. DEFAULT values and OCTET STRINGs that hold DER are for whoever knows the type.
 */
export function derFault(der: Uint8Array): string | null {
  const reader = new DERReader(der);
  const fault = valueFault(reader, DEPTH);
  return fault ?? (reader.atEnd() ? null : 'octets follow the value');
}

function valueFault(reader: DERReader, depth: number): string | null {
  const tag = reader.peekTag();
  if ((tag & 0x20) === 0) {
    const contents = reader.contents(tag);
    return contents ? primitiveFault(tag, contents) : `no minimal DER at tag ${tagText(tag)}`;
  }
  if (tag < 0x40 && tag !== TAG.sequence && tag !== TAG.set)
    return `a constructed value of tag ${tagText(tag)}`;
  if (depth === 0) return `nested deeper than ${DEPTH} levels`;
  const inner = reader.enter(tag);
  if (!inner) return `no minimal DER at tag ${tagText(tag)}`;
  return tag === TAG.set ? setFault(inner, depth - 1) : membersFault(inner, depth - 1);
}

function membersFault(inner: DERReader, depth: number): string | null {
  while (!inner.atEnd()) {
    const fault = valueFault(inner, depth);
    if (fault !== null) return fault;
  }
  return null;
}

/** X.690 11.6: SET OF in ascending order. SETs here are RelativeDistinguishedNames and attributes. */
function setFault(inner: DERReader, depth: number): string | null {
  let before: Uint8Array | undefined;
  if (inner.atEnd()) return 'an empty SET';
  while (!inner.atEnd()) {
    const member = inner.whole(inner.peekTag());
    if (!member) return 'no minimal DER in a SET';
    const fault = valueFault(new DERReader(member), depth);
    if (fault !== null) return fault;
    if (before && compareBytes(before, member) >= 0)
      return 'the members of a SET are not ascending';
    before = member;
  }
  return null;
}

function primitiveFault(tag: number, contents: Uint8Array): string | null {
  switch (tag) {
    case TAG.boolean:
      return contents.length === 1 && (contents[0] === 0xff || contents[0] === 0)
        ? null
        : 'a BOOLEAN that is neither FF nor 00';
    case TAG.integer:
    case TAG.enumerated:
      return isMinimal(contents) ? null : 'a number that is not in the fewest octets';
    case TAG.bitString:
      return bitsFault(contents);
    case TAG.null:
      return contents.length === 0 ? null : 'a NULL with contents';
    case TAG.objectIdentifier:
      return isIdentifier(contents)
        ? null
        : 'an OBJECT IDENTIFIER with an arc that is not whole or not in the fewest octets';
    case TAG.sequence & ~0x20:
    case TAG.set & ~0x20:
      return 'a SEQUENCE or SET that is not constructed';
    default:
      return tag < 0x40 ? stringFault(tag, contents) : null;
  }
}

function isMinimal(contents: Uint8Array): boolean {
  const [first, second] = contents;
  if (first === undefined) return false;
  if (second === undefined) return true;
  return !(first === 0 && second < 0x80) && !(first === 0xff && second >= 0x80);
}

function isIdentifier(contents: Uint8Array): boolean {
  let begins = true;
  for (const octet of contents) {
    if (begins && octet === 0x80) return false;
    begins = octet < 0x80;
  }
  return contents.length > 0 && begins;
}

/** X.690 8.6.2.2, 11.2.1. Trailing zero bits of named-bit lists are for whoever knows the type. */
function bitsFault(contents: Uint8Array): string | null {
  const [unused, ...octets] = contents.subarray(0, 2);
  if (unused === undefined || unused > 7) return 'a BIT STRING without its count of unused bits';
  if (octets.length === 0) return unused === 0 ? null : 'an empty BIT STRING with unused bits';
  const last = contents.at(-1) ?? 0;
  return (last & ((1 << unused) - 1)) === 0 ? null : 'a BIT STRING whose unused bits are not zero';
}

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

function stringFault(tag: number, contents: Uint8Array): string | null {
  switch (tag) {
    case TAG.printableString: {
      const text = asciiText(contents);
      return text.ok && PRINTABLE.test(text.value)
        ? null
        : 'a PrintableString with other characters';
    }
    case TAG.ia5String:
      return asciiText(contents).ok ? null : 'an IA5String that is not ASCII';
    case TAG.utf8String:
      return isUTF8(contents) ? null : 'a UTF8String that is not UTF-8';
    case TAG.utcTime:
    case TAG.generalizedTime:
      return isTime(tag, contents) ? null : 'a time not in whole seconds and Z';
    default:
      return null;
  }
}

function isUTF8(contents: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(contents);
    return true;
  } catch {
    return false;
  }
}

/** X.690 11.7, 11.8, and RFC 5280 4.1.2.5, which forbids fractions. */
function isTime(tag: number, contents: Uint8Array): boolean {
  const text = asciiText(contents);
  if (!text.ok) return false;
  const full = tag === TAG.utcTime ? `20${text.value}` : text.value;
  return unixSecondsFromGeneralizedTime(full).ok;
}

function tagText(tag: number): string {
  return tag < 0 ? 'none' : tag.toString(16).padStart(2, '0');
}
