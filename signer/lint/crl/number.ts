import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';
import type { TBSCertListFields } from './crl-fields.ts';

/** Contents of the cRLNumber; undefined when there is none, or none of 0 to 2^159 - 1 in DER. */
export function crlNumberOf({ crlExtensions }: TBSCertListFields): bigint | undefined {
  const extension = crlExtensions.find(({ extnID }) => extnID === OID['id-ce-cRLNumber']);
  const reader = new DERReader(extension?.value ?? new Uint8Array(0));
  const contents = reader.integer();
  if (!contents || !reader.atEnd() || contents.length > 20 || (contents[0] ?? 0x80) >= 0x80)
    return undefined;
  return contents.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
}

export const crlNumberRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-9',
  source: 'RFC 5280 5.2.3',
  level: 'error',
  check: ({ fields, previous, now }) => {
    const number = crlNumberOf(fields);
    if (number === undefined) return 'cRLNumber is not a number of 0 to 2^159 - 1';
    // A file says nothing of the CRL before it.
    if (now === null) return null;
    const before = previous?.crlNumber ?? 0;
    return number > before ? null : `cRLNumber is not above ${before}`;
  },
};
