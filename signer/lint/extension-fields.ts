import { DERReader } from '../../shared/der/reader.ts';
import { TAG } from '../../shared/der/tags.ts';
import { derFault } from './der/canonical.ts';
import { dottedFromContents } from './der/object-identifier.ts';

/** Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue } as it is encoded. */
export interface ExtensionField {
  /** Dotted decimal. */
  readonly extnID: string;
  readonly critical: boolean;
  /** DER says that `critical` FALSE is left out. */
  readonly writtenFalse: boolean;
  /** Contents of extnValue: DER of the extension's own type. */
  readonly value: Uint8Array;
}

/** No certificate here has a third of it. */
const MOST_EXTENSIONS = 64;

/** Contents of an Extensions SEQUENCE; undefined when they are not extensions. */
export function readExtensions(list: DERReader): readonly ExtensionField[] | undefined {
  const fields: ExtensionField[] = [];
  while (!list.atEnd()) {
    const extension = list.enter(TAG.sequence);
    const extnID = extension?.objectIdentifier();
    const written = extension?.boolean();
    const value = extension?.contents(TAG.octetString);
    if (!extnID || !value || !extension?.atEnd() || fields.length === MOST_EXTENSIONS)
      return undefined;
    fields.push({
      extnID: dottedFromContents(extnID),
      critical: written === true,
      writtenFalse: written === false,
      value,
    });
  }
  return fields;
}

/** X.690 11.5, RFC 5280 4.2: no DEFAULT written, no extension twice, no empty list, values canonical. */
export function extensionsFault(extensions: readonly ExtensionField[]): string | null {
  if (extensions.length === 0) return 'an empty list of extensions';
  const seen = new Set<string>();
  for (const { extnID, writtenFalse, value } of extensions) {
    if (seen.has(extnID)) return `${extnID} appears twice`;
    seen.add(extnID);
    if (writtenFalse) return `${extnID} has critical FALSE written out`;
    const fault = derFault(value);
    if (fault !== null) return `${extnID}: ${fault}`;
    if (isEmptyList(value) && !MAY_BE_EMPTY.includes(extnID)) return `${extnID} is an empty list`;
  }
  return null;
}

/** BasicConstraints of an end entity is the empty SEQUENCE (RFC 5280 4.2.1.9). */
const MAY_BE_EMPTY = ['2.5.29.19'];

function isEmptyList(value: Uint8Array): boolean {
  return new DERReader(value).contents(TAG.sequence)?.length === 0;
}
