import { hexFromBytes } from '../../shared/bytes.ts';
import { DERReader } from '../../shared/der/reader.ts';
import { TAG } from '../../shared/der/tags.ts';

/**
 * Two Names that RFC 5280 7.1 takes for the same have the same key: upper and lower case, white
 * space and the kind of string do not count, order and types of attributes do.
 */
export function nameKey(name: Uint8Array): string {
  return attributesOf(name)?.join(',') ?? `#${hexFromBytes(name)}`;
}

/** undefined for what is no Name. */
function attributesOf(name: Uint8Array): readonly string[] | undefined {
  const rdns = new DERReader(name).enter(TAG.sequence);
  if (!rdns) return undefined;
  const keys: string[] = [];
  while (!rdns.atEnd()) {
    const rdn = rdns.enter(TAG.set);
    const attributes = rdn && attributesOfRDN(rdn);
    if (!attributes) return undefined;
    keys.push(attributes.join('+'));
  }
  return keys;
}

function attributesOfRDN(rdn: DERReader): readonly string[] | undefined {
  const keys: string[] = [];
  while (!rdn.atEnd()) {
    const attribute = rdn.enter(TAG.sequence);
    const type = attribute?.contents(TAG.objectIdentifier);
    const value = attribute && textOf(attribute);
    if (!type || value === undefined || !attribute?.atEnd()) return undefined;
    // The comma and the plus sign part attributes, so they do not stand for themselves.
    keys.push(`${hexFromBytes(type)}=${encodeURIComponent(value)}`);
  }
  return keys.sort();
}

const TEXT_TAGS: readonly number[] = [TAG.utf8String, TAG.printableString, TAG.ia5String];

function textOf(attribute: DERReader): string | undefined {
  for (const tag of TEXT_TAGS) {
    const contents = attribute.contents(tag);
    if (contents) return folded(new TextDecoder().decode(contents));
  }
  return undefined;
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');
}
