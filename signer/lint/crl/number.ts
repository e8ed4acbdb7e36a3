import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { contextPrimitiveTag, TAG } from '../../../shared/der/tags.ts';
import { element, objectIdentifier, octetString, sequence } from '../../../shared/der/writer.ts';
import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';

function crlNumberOf({ fields, keyIdentifier }: CRLCandidate): number | undefined {
  const list = new DERReader(fields.crlExtensions).enter(TAG.sequence);
  const aki = list?.whole(TAG.sequence);
  const number = list?.enter(TAG.sequence);
  const expected = sequence(
    objectIdentifier(OID['id-ce-authorityKeyIdentifier']),
    octetString(sequence(element(contextPrimitiveTag(0), keyIdentifier))),
  );
  if (!list?.atEnd() || !aki || !bytesEqual(aki, expected)) return undefined;
  const oid = number?.whole(TAG.objectIdentifier);
  const value = number?.enter(TAG.octetString)?.integer();
  const named = oid && bytesEqual(oid, objectIdentifier(OID['id-ce-cRLNumber']));
  if (!named || !value || !number?.atEnd() || (value[0] ?? 0x80) >= 0x80 || value.length > 6)
    return undefined;
  return value.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** authorityKeyIdentifier and cRLNumber, both non-critical, in this order, and nothing else. */
export const crlExtensionsRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-8',
  source: 'CP 7.2-2; RFC 5280 5.2.1, 5.2.3; CON-1',
  check: (candidate) =>
    crlNumberOf(candidate) === undefined ? 'not authorityKeyIdentifier and cRLNumber alone' : null,
};

export const crlNumberRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-9',
  source: 'RFC 5280 5.2.3',
  check: (candidate) => {
    const number = crlNumberOf(candidate);
    const before = candidate.previous?.crlNumber ?? 0;
    return number !== undefined && number > before ? null : `cRLNumber is not above ${before}`;
  },
};
