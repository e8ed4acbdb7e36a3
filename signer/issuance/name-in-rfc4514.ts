import { AsnConvert } from '@peculiar/asn1-schema';
import { type AttributeTypeAndValue, Name } from '@peculiar/asn1-x509';
import { hexFromBytes } from '../../shared/bytes.ts';

/** Descriptors of RFC 4514 3, and those that IANA has besides, of the attributes that names here have. */
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
};

/** Longer ones are cut, with an ellipsis at the end. */
const LENGTH_MAX = 2_000;

/** A Name as text, the last RDN first (RFC 4514 2): `CN=TSA 01,O=Example,C=JP`. */
export function nameInRFC4514(der: Uint8Array): string {
  const rdns = AsnConvert.parse(der, Name).map((rdn) => Array.from(rdn, attribute).join('+'));
  const text = rdns.reverse().join(',');
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX - 1)}…` : text;
}

/** RFC 4514 2.3, 2.4: a type without descriptor by its OID, and then the value in hexadecimal. */
function attribute({ type, value }: AttributeTypeAndValue): string {
  const descriptor = DESCRIPTORS[type];
  if (descriptor !== undefined && !value.anyValue)
    return `${descriptor}=${escapedValue(value.toString())}`;
  return `${type}=#${hexFromBytes(new Uint8Array(AsnConvert.serialize(value)))}`;
}

/** RFC 4514 2.4; control characters as well, octet by octet. */
function escapedValue(value: string): string {
  return value
    .replace(/["+,;<>\\]/g, '\\$&')
    .replace(/^[ #]| $/g, '\\$&')
    .replace(/\p{Cc}/gu, (character) =>
      hexFromBytes(new TextEncoder().encode(character)).replace(/../g, '\\$&'),
    );
}
