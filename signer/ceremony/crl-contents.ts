import { hexFromBytes } from '../../shared/bytes.ts';
import { OID } from '../../shared/der/oids.ts';
import { DERReader } from '../../shared/der/reader.ts';
import { TAG } from '../../shared/der/tags.ts';
import { type CRLReason, crlReasonFromNumber } from '../../shared/policy/crl-reasons.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { readTBSCertList } from '../lint/crl/crl-fields.ts';
import { crlReasonOfEntry } from '../lint/crl/entries-report.ts';
import type { ExtensionField } from '../lint/extension-fields.ts';
import { readTime } from '../lint/read-time.ts';

export interface CRLEntry {
  readonly revocationDate: UnixSeconds;
  readonly reason: CRLReason;
}

/** What a TBSCertList says, read from its bytes. */
export interface CRLContents {
  readonly crlNumber: number;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  readonly issuer: Uint8Array;
  /** By the contents of the serial number's INTEGER in hexadecimal, in the order of the list. */
  readonly entries: ReadonlyMap<string, CRLEntry>;
}

/** Undefined when the bytes are not a TBSCertList of the form that this CA writes. */
export function readCRLContents(tbs: Uint8Array): CRLContents | undefined {
  const fields = readTBSCertList(tbs);
  if (!fields) return undefined;
  const thisUpdate = readTime(fields.thisUpdate);
  const nextUpdate = fields.nextUpdate ? readTime(fields.nextUpdate) : undefined;
  const crlNumber = numberOf(fields.crlExtensions);
  const entries = readEntries(fields.revokedCertificates ?? new Uint8Array(0));
  if (thisUpdate === undefined || nextUpdate === undefined) return undefined;
  if (crlNumber === undefined || !entries) return undefined;
  return { crlNumber, thisUpdate, nextUpdate, issuer: fields.issuer, entries };
}

function numberOf(crlExtensions: readonly ExtensionField[]): number | undefined {
  const field = crlExtensions.find(({ extnID }) => extnID === OID['id-ce-cRLNumber']);
  const value = field && new DERReader(field.value).integer();
  if (!value || value.length > 6 || (value[0] ?? 0x80) >= 0x80) return undefined;
  return value.reduce((sum, octet) => sum * 256 + octet, 0);
}

function readEntries(list: Uint8Array): Map<string, CRLEntry> | undefined {
  const entries = new Map<string, CRLEntry>();
  const reader = new DERReader(list);
  while (!reader.atEnd()) {
    const entry = reader.enter(TAG.sequence);
    const serialNumber = entry?.integer();
    const date = entry?.whole(entry.peekTag());
    const revocationDate = date && readTime(date);
    const reason = entry && crlReasonFromNumber(crlReasonOfEntry(entry) ?? 0);
    if (!serialNumber || revocationDate === undefined || reason === undefined) return undefined;
    entries.set(hexFromBytes(serialNumber), { revocationDate, reason });
  }
  return entries;
}

/**
 * CRL-15: entries of `before` that `after` does not have, or has with another date or reason, as
 * serial numbers. A list that forgets would make a revoked certificate good again.
 */
export function vanishedEntries(before: CRLContents, after: CRLContents): readonly string[] {
  const vanished: string[] = [];
  for (const [serial, { revocationDate, reason }] of before.entries) {
    const now = after.entries.get(serial);
    if (now?.revocationDate !== revocationDate || now.reason !== reason) vanished.push(serial);
  }
  return vanished;
}

/** Entries of `after` that are new since `before`. */
export function addedEntries(
  before: CRLContents | null,
  after: CRLContents,
): readonly (readonly [string, CRLEntry])[] {
  return [...after.entries].filter(([serial]) => !before?.entries.has(serial));
}
