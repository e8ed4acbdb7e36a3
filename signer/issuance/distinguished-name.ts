import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AttributeTypeAndValue,
  AttributeValue,
  Name,
  RelativeDistinguishedName,
} from '@peculiar/asn1-x509';
import {
  NAME_ATTRIBUTE_MAX,
  NAME_ATTRIBUTE_TYPES,
  type NameAttribute,
  type NameAttributeType,
} from '../../shared/policy/name-attribute.ts';
import type { SubscriberRules } from '../../shared/policy/subscriber-rules.ts';
import { err, ok, type Result } from '../../shared/result.ts';

/** RFC 5280 appendix A. */
const ATTRIBUTE_OID: Readonly<Record<NameAttributeType, string>> = {
  C: '2.5.4.6',
  ST: '2.5.4.8',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
  serialNumber: '2.5.4.5',
};

const TYPE_OF_OID: ReadonlyMap<string, NameAttributeType> = new Map(
  NAME_ATTRIBUTE_TYPES.map((type) => [ATTRIBUTE_OID[type], type]),
);

export interface SubjectError {
  readonly code: 'subject-refused';
  readonly check: string;
  readonly reason: string;
}

export function refuseSubject(
  check: string,
  reason: string,
): { readonly ok: false; readonly error: SubjectError } {
  return err({ code: 'subject-refused', check, reason });
}

/** CP table 7.1.4-1: letters, digits, colon, hyphen, full stop and space. */
const SUBSCRIBER_VALUE = /^[A-Za-z0-9:.\- ]+$/;
const PRINTABLE_STRING = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

/** DER of a Name: one attribute in each RDN, PrintableString where it fits, else UTF8String (CRT-6). */
export function encodeName(attributes: readonly NameAttribute[]): Uint8Array {
  const name = new Name(
    attributes.map(([type, value]) => {
      const encoded = PRINTABLE_STRING.test(value)
        ? new AttributeValue({ printableString: value })
        : new AttributeValue({ utf8String: value });
      return new RelativeDistinguishedName([
        new AttributeTypeAndValue({ type: ATTRIBUTE_OID[type], value: encoded }),
      ]);
    }),
  );
  return new Uint8Array(AsnConvert.serialize(name));
}

/** Reads a Name whose RDNs have one attribute each, of the types that certificates here carry. */
export function decodeName(der: Uint8Array): Result<readonly NameAttribute[], SubjectError> {
  const attributes: NameAttribute[] = [];
  for (const rdn of AsnConvert.parse(der, Name)) {
    const [attribute, another] = rdn;
    if (!attribute || another)
      return refuseSubject('CP 7.1.4', 'an RDN has not exactly one attribute');
    const type = TYPE_OF_OID.get(attribute.type);
    if (!type) return refuseSubject('CP 7.1.4', `attribute ${attribute.type} is not used here`);
    attributes.push([type, attribute.value.toString()]);
  }
  return ok(attributes);
}

/** `C=JP, O=Example, CN=TSA 01`, the order of the certificate; for people. */
export function nameText(attributes: readonly NameAttribute[]): string {
  return attributes
    .map(([type, value]) => `${type}=${value.replace(/([,\\])/g, '\\$1')}`)
    .join(', ');
}

/** As people read a Name that may hold anything. */
export function nameTextFromDER(der: Uint8Array): string {
  const attributes = decodeName(der);
  return attributes.ok ? nameText(attributes.value) : AsnConvert.parse(der, Name).toString();
}

/** Reads what `nameText` writes; a comma inside a value is written `\,`. */
export function parseNameText(text: string): Result<readonly NameAttribute[], SubjectError> {
  const attributes: NameAttribute[] = [];
  // A comma parts two attributes when an even number of backslashes stands before it.
  for (const part of text.split(/(?<=(?<!\\)(?:\\\\)*),/)) {
    const match = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(part);
    const type = NAME_ATTRIBUTE_TYPES.find(
      (known) => known.toLowerCase() === match?.[1]?.toLowerCase(),
    );
    if (!match || !type) {
      return refuseSubject(
        'CP 7.1.4',
        `"${part.trim()}" is not TYPE=value with TYPE one of ${NAME_ATTRIBUTE_TYPES.join(', ')}`,
      );
    }
    attributes.push([type, (match[2] ?? '').replace(/\\([,\\])/g, '$1')]);
  }
  return ok(attributes);
}

type Refused = readonly [check: string, reason: string] | null;

/** RFC 5280 appendix A: characters are counted, not octets. */
function refusedLength([type, value]: NameAttribute): Refused {
  const most = NAME_ATTRIBUTE_MAX[type];
  return [...value].length > most ? ['CRT-7', `${type} is longer than ${most}`] : null;
}

function refusedEmpty([type, value]: NameAttribute): Refused {
  if (!/[\p{L}\p{N}]/u.test(value)) return ['CRT-7', `${type} is only punctuation or spaces`];
  if (type === 'C' && !/^[A-Z]{2}$/.test(value)) return ['CRT-7', 'C is not two capital letters'];
  return null;
}

/**
 * What a subscriber's name must keep. Lengths always (CRT-7); where the policy says `cp-7.1.4`, as it
 * does unless it says otherwise, an organisation, a common name and the characters of CP table
 * 7.1.4-1 (CRT-6). The CA's own names are its policy file's (CON-13).
 */
export function checkSubscriberName(
  attributes: readonly NameAttribute[],
  names: SubscriberRules['names']['value'] = 'cp-7.1.4',
): Result<true, SubjectError> {
  const has = (wanted: NameAttributeType) => attributes.some(([type]) => type === wanted);
  if (names === 'cp-7.1.4' && !has('O'))
    return refuseSubject('CP 3.1.2', 'the subject names no organisation (O)');
  if (names === 'cp-7.1.4' && !has('CN'))
    return refuseSubject('CP 7.1.4', 'the subject has no common name (CN)');
  if (attributes.length === 0) return refuseSubject('RFC 5280 4.1.2.6', 'the subject is empty');
  const form = names === 'cp-7.1.4' ? refusedByTable : refusedByRFC5280;
  for (const attribute of attributes) {
    const refused = refusedLength(attribute) ?? form(attribute) ?? refusedEmpty(attribute);
    if (refused) return refuseSubject(...refused);
  }
  return ok(true);
}

function refusedByTable([type, value]: NameAttribute): Refused {
  if (SUBSCRIBER_VALUE.test(value)) return null;
  return ['CRT-6', `${type}=${value}: CP table 7.1.4-1 allows A-Z a-z 0-9 : - . and space`];
}

function refusedByRFC5280([type, value]: NameAttribute): Refused {
  if (/[\p{Cc}\p{Cs}\p{Cn}]/u.test(value))
    return ['CRT-6', `${type} has control characters, or what is no character`];
  if (type === 'serialNumber' && !PRINTABLE_STRING.test(value))
    return ['CRT-6', 'serialNumber is not a PrintableString'];
  return null;
}
