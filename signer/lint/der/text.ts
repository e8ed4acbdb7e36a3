import { hexFromBytes } from '../../../shared/bytes.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import { dottedFromContents, objectIdentifierText } from './object-identifier.ts';

/** Findings are read by people: what is longer is cut. */
const MOST_CHARACTERS = 200;
const MOST_OCTETS = 32;
const DEPTH = 8;

/** One or more DER values on one line, for a finding: `{id-ad-ocsp [6]"http://ocsp.example"}`. */
export function derText(der: Uint8Array): string {
  const text = valuesText(new DERReader(der), DEPTH) ?? `octets ${shortHex(der)}`;
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function valuesText(reader: DERReader, depth: number): string | undefined {
  const parts: string[] = [];
  while (!reader.atEnd()) {
    const part = valueText(reader, depth);
    if (part === undefined) return undefined;
    parts.push(part);
    if (parts.length > MOST_CHARACTERS) break;
  }
  return parts.join(' ');
}

function valueText(reader: DERReader, depth: number): string | undefined {
  const tag = reader.peekTag();
  const number = `[${tag & 0x1f}]`;
  if ((tag & 0x20) === 0) {
    const contents = reader.contents(tag);
    if (!contents) return undefined;
    return tag >= 0x80 ? `${number}${contextText(contents)}` : primitiveText(tag, contents);
  }
  const inner = depth > 0 ? reader.enter(tag) : undefined;
  const text = inner && valuesText(inner, depth - 1);
  if (text === undefined) return undefined;
  return tag >= 0x80 ? `${number}{${text}}` : `{${text}}`;
}

function primitiveText(tag: number, contents: Uint8Array): string {
  switch (tag) {
    case TAG.boolean:
      return contents[0] === 0 ? 'FALSE' : 'TRUE';
    case TAG.null:
      return 'NULL';
    case TAG.objectIdentifier:
      return objectIdentifierText(dottedFromContents(contents));
    case TAG.utf8String:
    case TAG.printableString:
    case TAG.ia5String:
    case TAG.utcTime:
    case TAG.generalizedTime:
      return quoted(contents);
    default:
      return shortHex(contents);
  }
}

/** IMPLICIT tags hide the type: text where it is printable. */
function contextText(contents: Uint8Array): string {
  const printable = contents.length > 0 && contents.every((octet) => octet >= 0x20 && octet < 0x7f);
  return printable ? quoted(contents) : shortHex(contents);
}

function quoted(contents: Uint8Array): string {
  return JSON.stringify(new TextDecoder().decode(contents.subarray(0, MOST_CHARACTERS)));
}

function shortHex(octets: Uint8Array): string {
  const hex = hexFromBytes(octets.subarray(0, MOST_OCTETS));
  return octets.length > MOST_OCTETS ? `${hex}… (${octets.length} octets)` : hex;
}
