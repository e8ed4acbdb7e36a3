import { DERReader } from '../../../shared/der/reader.ts';
import { contextTag, TAG } from '../../../shared/der/tags.ts';
import type { UnixSeconds } from '../../../shared/time.ts';
import { type ExtensionField, readExtensions } from '../extension-fields.ts';
import { readTime } from '../read-time.ts';

/** TBSCertificate (RFC 5280 4.1) split by the strict reader; DER of fields whose octets matter. */
export interface CertificateFields {
  /** Contents of the INTEGER; null when left out, which means v1. */
  readonly version: Uint8Array | null;
  /** Contents of the INTEGER. */
  readonly serialNumber: Uint8Array;
  readonly signature: Uint8Array;
  readonly issuer: Uint8Array;
  readonly validity: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  /** issuerUniqueID or subjectUniqueID is there. */
  readonly uniqueIdentifiers: boolean;
  readonly extensions: readonly ExtensionField[];
}

/** undefined when it is not a TBSCertificate in strict DER down to its extensions. */
export function readTBSCertificate(tbs: Uint8Array): CertificateFields | undefined {
  const outer = new DERReader(tbs);
  const reader = outer.enter(TAG.sequence);
  if (!reader || !outer.atEnd()) return undefined;
  const version = reader.enter(contextTag(0));
  const number = version?.integer();
  const serialNumber = reader.integer();
  const signature = reader.whole(TAG.sequence);
  const issuer = reader.whole(TAG.sequence);
  const validity = reader.whole(TAG.sequence);
  const subject = reader.whole(TAG.sequence);
  const spki = reader.whole(TAG.sequence);
  if (!serialNumber || !signature || !issuer || !validity || !subject || !spki) return undefined;
  if (version && (!number || !version.atEnd())) return undefined;
  const uniqueIdentifiers = skipUniqueIdentifiers(reader);
  const extensions = readExtensionList(reader);
  if (!extensions || !reader.atEnd()) return undefined;
  const names = { issuer, validity, subject, spki };
  return {
    ...names,
    version: number ?? null,
    serialNumber,
    signature,
    uniqueIdentifiers,
    extensions,
  };
}

/** issuerUniqueID [1] and subjectUniqueID [2], IMPLICIT BIT STRING. */
function skipUniqueIdentifiers(reader: DERReader): boolean {
  const issuer = reader.contents(0x81);
  const subject = reader.contents(0x82);
  return issuer !== undefined || subject !== undefined;
}

/** Empty when left out; that the list itself is empty is told by its own requirement. */
function readExtensionList(reader: DERReader): readonly ExtensionField[] | undefined {
  if (reader.atEnd()) return [];
  const explicit = reader.enter(contextTag(3));
  const list = explicit?.enter(TAG.sequence);
  return list && explicit?.atEnd() ? readExtensions(list) : undefined;
}

export interface CertificateValidity {
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
}

/** RFC 5280 4.1.2.5; undefined when a time is encoded otherwise. */
export function readValidity(der: Uint8Array): CertificateValidity | undefined {
  const reader = new DERReader(der).enter(TAG.sequence);
  const notBefore = reader && nextTime(reader);
  const notAfter = reader && nextTime(reader);
  if (notBefore === undefined || notAfter === undefined || !reader?.atEnd()) return undefined;
  return { notBefore, notAfter };
}

function nextTime(reader: DERReader): UnixSeconds | undefined {
  const der = reader.whole(TAG.utcTime) ?? reader.whole(TAG.generalizedTime);
  return der && readTime(der);
}
