import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { contextPrimitiveTag, TAG } from '../../../shared/der/tags.ts';
import { element, sequence } from '../../../shared/der/writer.ts';
import type { ExtensionField } from '../extension-fields.ts';
import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';

/** Each once, authorityKeyIdentifier first; expiredCertsOnCRL (CRL-16) may follow. */
const ALLOWED = [
  OID['id-ce-authorityKeyIdentifier'],
  OID['id-ce-cRLNumber'],
  OID['id-ce-expiredCertsOnCRL'],
] as const;

function namesOnlyKey({ value }: ExtensionField, keyIdentifier: Uint8Array | null): boolean {
  const tag = contextPrimitiveTag(0);
  const found = new DERReader(value).enter(TAG.sequence)?.contents(tag);
  if (keyIdentifier === null && found?.length !== 20) return false;
  return bytesEqual(value, sequence(element(tag, keyIdentifier ?? found ?? new Uint8Array(0))));
}

/** authorityKeyIdentifier, cRLNumber and at most expiredCertsOnCRL, non-critical, in this order, and nothing else. */
export const crlExtensionsRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-8',
  source: 'CP 7.2-2; RFC 5280 5.2.1, 5.2.3; CON-1',
  level: 'error',
  check: ({ fields, keyIdentifier }) => {
    const [aki, number, ...more] = fields.crlExtensions;
    const inOrder = aki?.extnID === ALLOWED[0] && number?.extnID === ALLOWED[1];
    const other = more.some(({ extnID }) => extnID !== ALLOWED[2]) || more.length > 1;
    if (!inOrder || other) return 'not authorityKeyIdentifier and cRLNumber alone';
    const critical = fields.crlExtensions.find((extension) => extension.critical);
    if (critical) return `${critical.extnID} is critical`;
    return namesOnlyKey(aki, keyIdentifier)
      ? null
      : 'authorityKeyIdentifier is not the key identifier of the CA alone';
  },
};
