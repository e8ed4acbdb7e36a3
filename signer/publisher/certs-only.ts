import { compareBytes } from '../../shared/bytes.ts';
import { contextTag, TAG } from '../../shared/der/tags.ts';
import {
  element,
  objectIdentifier,
  sequence,
  setOf,
  smallInteger,
} from '../../shared/der/writer.ts';

const ID_DATA = '1.2.840.113549.1.7.1';
const ID_SIGNED_DATA = '1.2.840.113549.1.7.2';

/**
 * RFC 8551 3.8, certs-only: a degenerate SignedData (RFC 5652 5.2) without content and signers. In DER,
 * so that the same certificates are always the same octets.
 *
 *   ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT SignedData }
 *   SignedData ::= SEQUENCE {
 *     version INTEGER, digestAlgorithms SET OF AlgorithmIdentifier,
 *     encapContentInfo SEQUENCE { eContentType OBJECT IDENTIFIER },
 *     certificates [0] IMPLICIT SET OF Certificate, signerInfos SET OF SignerInfo }
 */
export function encodeCertsOnly(certificates: readonly Uint8Array[]): Uint8Array {
  const ascending = [...certificates].sort(compareBytes);
  const signedData = sequence(
    // RFC 5652 5.1: 1, since there are no signers and the content is id-data.
    smallInteger(1),
    setOf([], compareBytes),
    sequence(objectIdentifier(ID_DATA)),
    element(contextTag(0), ...ascending),
    element(TAG.set),
  );
  return sequence(objectIdentifier(ID_SIGNED_DATA), element(contextTag(0), signedData));
}
