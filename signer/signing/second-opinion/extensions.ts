import type { Extension } from '@peculiar/asn1-x509';
import type { ExtensionField } from '../../lint/extension-fields.ts';
import type { FieldPair } from './disagreement.ts';

/** Each extension in its place: identifier, criticality, value. */
export function* extensionPairs(
  where: string,
  meant: readonly ExtensionField[],
  found: readonly Extension[] | undefined,
): Generator<FieldPair> {
  yield [`${where} count`, meant.length, found?.length ?? 0];
  for (const [i, extension] of meant.entries()) {
    const other = found?.[i];
    const name = `${where}[${extension.extnID}]`;
    yield [`${name}.extnID`, extension.extnID, other?.extnID];
    yield [`${name}.critical`, extension.critical, other?.critical];
    const value = other && new Uint8Array(other.extnValue.buffer);
    yield [`${name}.extnValue`, extension.value, value];
  }
}
