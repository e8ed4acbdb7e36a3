import { hexFromBytes } from '../../../shared/bytes.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import { dottedOID } from './der.ts';

/** RFC 4514 3, and the attributes of certificates that have no short name there. */
const SHORT_NAME: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.25': 'DC',
};

/** X.680 types of DirectoryString and IA5String, with what their octets are encoded in. */
const ENCODING: Readonly<Record<number, string>> = {
  12: 'utf-8',
  19: 'utf-8',
  20: 'windows-1252',
  22: 'utf-8',
  30: 'utf-16be',
};

const TEXT_MAX_CHARACTERS = 500;

/** For people: RFC 4514 2, last RDN first; `undefined` for what is no Name. */
export function nameText(name: Uint8Array): string | undefined {
  const rdns = new DERReader(name).enter(TAG.sequence);
  const texts: string[] = [];
  while (rdns && !rdns.atEnd()) {
    const text = rdnText(rdns.enter(TAG.set));
    if (text === undefined) return undefined;
    texts.unshift(text);
  }
  return rdns && shown(texts.join(', '));
}

function rdnText(rdn: DERReader | undefined): string | undefined {
  const attributes: string[] = [];
  while (rdn && !rdn.atEnd()) {
    const attribute = rdn.enter(TAG.sequence);
    const type = dottedOID(attribute);
    const tag = attribute?.peekTag() ?? -1;
    const value = attribute?.contents(tag);
    if (type === undefined || !value) return undefined;
    attributes.push(`${SHORT_NAME[type] ?? type}=${escaped(valueText(tag, value))}`);
  }
  return attributes.length > 0 ? attributes.join('+') : undefined;
}

function valueText(tag: number, value: Uint8Array): string {
  const encoding = ENCODING[tag];
  return encoding === undefined
    ? `#${hexFromBytes(value)}`
    : new TextDecoder(encoding).decode(value);
}

/** RFC 4514 2.4, but for `#`, which stands before what is no text. */
function escaped(text: string): string {
  return text.replace(/[",+;<>\\]|^ | $/g, '\\$&');
}

/**
 * A foreign text that may stand beside ours: bounded, and without characters that are not seen or
 * that turn the direction of what follows.
 */
export function shown(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\u{fffd}');
  return plain.length > TEXT_MAX_CHARACTERS ? `${plain.slice(0, TEXT_MAX_CHARACTERS)}…` : plain;
}
