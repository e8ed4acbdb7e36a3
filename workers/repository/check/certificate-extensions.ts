import { DERReader } from '../../../shared/der/reader.ts';
import { contextPrimitiveTag, TAG } from '../../../shared/der/tags.ts';
import { dottedOID, elements, isDER, wholeSequence } from './der.ts';

/** What a certificate's extensions say of what is looked at here. */
export interface CertificateExtensions {
  readonly subjectKeyIdentifier: Uint8Array | undefined;
  readonly authorityKeyIdentifier: Uint8Array | undefined;
  readonly isCA: boolean;
  /** RFC 5280 4.2.1.3: numbers of the bits that are set; undefined: no such extension. */
  readonly keyUsage: ReadonlySet<number> | undefined;
  readonly extendedKeyUsage: ExtendedKeyUsage | undefined;
  /** RFC 5280 4.2: OIDs of critical extensions that are not understood here. */
  readonly unknownCritical: readonly string[];
}

export interface ExtendedKeyUsage {
  readonly critical: boolean;
  /** Dotted OIDs. */
  readonly purposes: readonly string[];
}

export const KEY_USAGE = { digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5 } as const;

export const NO_EXTENSIONS: CertificateExtensions = {
  subjectKeyIdentifier: undefined,
  authorityKeyIdentifier: undefined,
  isCA: false,
  keyUsage: undefined,
  extendedKeyUsage: undefined,
  unknownCritical: [],
};

const EXTENSIONS_MAX = 64;
const PURPOSES_MAX = 64;

/** certificatePolicies: whether a policy suits is no question of status. */
const POLICIES = '2.5.29.32';

/** RFC 5280 4.2; `undefined` for a list that repeats an extension or holds one that is unreadable. */
export function readExtensions(outer: DERReader | undefined): CertificateExtensions | undefined {
  const list = elements(outer?.enter(TAG.sequence), TAG.sequence, EXTENSIONS_MAX);
  if (!list || !outer?.atEnd()) return undefined;
  const seen = new Set<string>();
  let read = NO_EXTENSIONS;
  for (const der of list) {
    const extension = readExtension(der);
    if (!extension || seen.has(extension.oid)) return undefined;
    seen.add(extension.oid);
    const more = understand(extension);
    if (more === 'unreadable') return undefined;
    const { unknownCritical } = read;
    if (more) read = { ...read, ...more };
    else if (extension.critical && extension.oid !== POLICIES) {
      read = { ...read, unknownCritical: [...unknownCritical, extension.oid] };
    }
  }
  return read;
}

interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

function readExtension(der: Uint8Array): Extension | undefined {
  const reader = wholeSequence(der);
  const oid = dottedOID(reader);
  const critical = reader?.boolean() ?? false;
  const value = reader?.contents(TAG.octetString);
  return oid !== undefined && value && reader?.atEnd() ? { oid, critical, value } : undefined;
}

type Understood = Partial<CertificateExtensions> | 'unreadable' | undefined;

function understand({ oid, critical, value }: Extension): Understood {
  switch (oid) {
    case '2.5.29.14':
      return orUnreadable(octetString(value), (id) => ({ subjectKeyIdentifier: id }));
    case '2.5.29.35':
      return orUnreadable(wholeSequence(value), (fields) => ({
        authorityKeyIdentifier: fields.contents(contextPrimitiveTag(0)),
      }));
    case '2.5.29.19':
      return orUnreadable(wholeSequence(value), (fields) => ({ isCA: fields.boolean() === true }));
    case '2.5.29.15':
      return orUnreadable(namedBits(value), (keyUsage) => ({ keyUsage }));
    case '2.5.29.37':
      return orUnreadable(purposesOf(value), (purposes) => ({
        extendedKeyUsage: { critical, purposes },
      }));
    default:
      return undefined;
  }
}

function orUnreadable<T>(value: T | undefined, use: (value: T) => Understood): Understood {
  return value === undefined ? 'unreadable' : use(value);
}

function octetString(der: Uint8Array): Uint8Array | undefined {
  return isDER(der) ? new DERReader(der).contents(TAG.octetString) : undefined;
}

function namedBits(der: Uint8Array): ReadonlySet<number> | undefined {
  const contents = isDER(der) ? new DERReader(der).contents(TAG.bitString) : undefined;
  if (!contents || contents.length < 1 || contents.length > 3) return undefined;
  const bits = new Set<number>();
  for (let bit = 0; bit < (contents.length - 1) * 8; bit++) {
    if (((contents[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0) bits.add(bit);
  }
  return bits;
}

function purposesOf(der: Uint8Array): readonly string[] | undefined {
  const list = elements(wholeSequence(der), TAG.objectIdentifier, PURPOSES_MAX);
  const purposes = list?.map((element) => dottedOID(new DERReader(element)));
  return purposes?.every((purpose) => purpose !== undefined) ? purposes : undefined;
}
