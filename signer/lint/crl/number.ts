import { bytesEqual } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { contextPrimitiveTag, TAG } from '../../../shared/der/tags.ts';
import {
  element,
  generalizedTime,
  objectIdentifier,
  octetString,
  sequence,
} from '../../../shared/der/writer.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';

/** undefined when the extensions are not these in this order, each as it has to be. */
function crlNumberOf(candidate: CRLCandidate): number | undefined {
  const { fields, keyIdentifier, expiredCertsOnCRL } = candidate;
  const list = new DERReader(fields.crlExtensions).enter(TAG.sequence);
  const aki = list?.whole(TAG.sequence);
  const number = list?.enter(TAG.sequence);
  const expired = list?.whole(TAG.sequence);
  if (!sameOrAbsent(expired, expiredCertsOnCRL)) return undefined;
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

/** CRL-16: as the policy's retention says, and only when the policy asks for it. */
function sameOrAbsent(extension: Uint8Array | undefined, since: UnixSeconds | null): boolean {
  if (extension === undefined || since === null) return extension === undefined && since === null;
  const oid = objectIdentifier(OID['id-ce-expiredCertsOnCRL']);
  return bytesEqual(extension, sequence(oid, octetString(generalizedTime(since))));
}

/** authorityKeyIdentifier and cRLNumber, both non-critical, in this order, expiredCertsOnCRL if the policy says so, and nothing else. */
export const crlExtensionsRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-8, CRL-16',
  source: 'CP 7.2-2; RFC 5280 5.2.1, 5.2.3; X.509 9.5.2.8; CON-1',
  check: (candidate) =>
    crlNumberOf(candidate) === undefined
      ? 'not authorityKeyIdentifier, cRLNumber and what the policy adds, in this order'
      : null,
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
