import { DERReader } from '../../../shared/der/reader.ts';
import { contextTag, TAG } from '../../../shared/der/tags.ts';
import { type ExtensionField, readExtensions } from '../extension-fields.ts';

/** TBSCertList (RFC 5280 5.1) split by the strict reader; DER of fields whose octets matter. */
export interface TBSCertListFields {
  /** Contents of the INTEGER; null when left out, which means v1. */
  readonly version: Uint8Array | null;
  readonly signature: Uint8Array;
  readonly issuer: Uint8Array;
  readonly thisUpdate: Uint8Array;
  /** null when absent. */
  readonly nextUpdate: Uint8Array | null;
  /** Contents; null when absent. */
  readonly revokedCertificates: Uint8Array | null;
  readonly crlExtensions: readonly ExtensionField[];
}

function wholeTime(reader: DERReader): Uint8Array | undefined {
  return reader.whole(TAG.utcTime) ?? reader.whole(TAG.generalizedTime);
}

/** undefined when it is no TBSCertList; its entries are not looked at. */
export function readTBSCertList(tbs: Uint8Array): TBSCertListFields | undefined {
  const outer = new DERReader(tbs);
  const reader = outer.enter(TAG.sequence);
  if (!reader || !outer.atEnd()) return undefined;
  const version = reader.integer() ?? null;
  const signature = reader.whole(TAG.sequence);
  const issuer = reader.whole(TAG.sequence);
  const thisUpdate = wholeTime(reader);
  if (!signature || !issuer || !thisUpdate) return undefined;
  const nextUpdate = wholeTime(reader) ?? null;
  const revokedCertificates = reader.contents(TAG.sequence) ?? null;
  const crlExtensions = readExtensionList(reader);
  if (!crlExtensions || !reader.atEnd()) return undefined;
  const times = { thisUpdate, nextUpdate };
  return { version, signature, issuer, ...times, revokedCertificates, crlExtensions };
}

function readExtensionList(reader: DERReader): readonly ExtensionField[] | undefined {
  if (reader.atEnd()) return [];
  const explicit = reader.enter(contextTag(0));
  const list = explicit?.enter(TAG.sequence);
  return list && explicit?.atEnd() ? readExtensions(list) : undefined;
}
