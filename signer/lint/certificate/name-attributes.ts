import { hexFromBytes } from '../../../shared/bytes.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import type { NameAttributeType } from '../../../shared/policy/name-attribute.ts';

/** One AttributeTypeAndValue of a Name. */
export interface AttributeField {
  /** null: a type that certificates here do not carry. */
  readonly type: NameAttributeType | null;
  /** Identifier octet of the string type. */
  readonly tag: number;
  /** As UTF-8; the string types used here are subsets of it. */
  readonly text: string;
}

/** RFC 5280 appendix A: contents of the object identifiers 2.5.4.n. */
const TYPES: Readonly<Record<string, NameAttributeType>> = {
  '550403': 'CN',
  '550405': 'serialNumber',
  '550406': 'C',
  '550407': 'L',
  '550408': 'ST',
  '55040a': 'O',
  '55040b': 'OU',
};

/** The attributes of a Name in its order; undefined when it is no Name of single-valued RDNs. */
export function attributesOf(name: Uint8Array): readonly AttributeField[] | undefined {
  const rdns = new DERReader(name).enter(TAG.sequence);
  const attributes: AttributeField[] = [];
  while (rdns && !rdns.atEnd()) {
    const rdn = rdns.enter(TAG.set);
    const attribute = rdn?.enter(TAG.sequence);
    const type = attribute?.objectIdentifier();
    const tag = attribute?.peekTag() ?? -1;
    const value = attribute?.contents(tag);
    if (!type || !value || !attribute?.atEnd() || !rdn?.atEnd()) return undefined;
    const known = TYPES[hexFromBytes(type)] ?? null;
    attributes.push({ type: known, tag, text: new TextDecoder().decode(value) });
  }
  return rdns ? attributes : undefined;
}
