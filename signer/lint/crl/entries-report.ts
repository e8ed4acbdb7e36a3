import { bytesEqual, hexFromBytes } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import { objectIdentifier } from '../../../shared/der/writer.ts';
import { crlReasonFromNumber } from '../../../shared/policy/crl-reasons.ts';
import { readTime } from '../read-time.ts';
import type { TBSCertListFields } from './crl-fields.ts';
import { SeenSerials } from './seen-serials.ts';

const REASON_CODE = objectIdentifier(OID['id-ce-cRLReasons']);

/** What one walk over the entries found: a million are walked once, not once a requirement. */
export interface EntriesReport {
  /** null: revokedCertificates is absent. */
  readonly count: number | null;
  /** The first entry that breaks a rule, for each rule; null when none does. */
  readonly malformed: string | null;
  readonly reason: string | null;
  readonly date: string | null;
  readonly twice: string | null;
}

type Faults = { -readonly [K in keyof Omit<EntriesReport, 'count'>]: EntriesReport[K] };

/** The reasonCode of an entry whose serial number and date were read already; undefined when it has none alone. */
export function crlReasonOfEntry(entry: DERReader): number | undefined {
  const extensions = entry.enter(TAG.sequence);
  const extension = extensions?.enter(TAG.sequence);
  const oid = extension?.whole(TAG.objectIdentifier);
  const value = extension?.enter(TAG.octetString);
  const reason = value?.contents(TAG.enumerated);
  const alone = entry.atEnd() && extensions?.atEnd() && extension?.atEnd() && value?.atEnd();
  if (!alone || !oid || !bytesEqual(oid, REASON_CODE) || reason?.length !== 1) return undefined;
  return reason[0];
}

export function readEntries(fields: TBSCertListFields): EntriesReport {
  const faults: Faults = { malformed: null, reason: null, date: null, twice: null };
  if (fields.revokedCertificates === null) return { count: null, ...faults };
  const list = new DERReader(fields.revokedCertificates);
  const thisUpdate = readTime(fields.thisUpdate) ?? 0;
  const seen = new SeenSerials(fields.revokedCertificates);
  let count = 0;
  while (!list.atEnd()) {
    const entry = list.enter(TAG.sequence);
    if (!entry) {
      faults.malformed ??= 'an entry is not a SEQUENCE';
      break;
    }
    readEntry(entry, faults, seen, thisUpdate);
    count += 1;
  }
  return { count, ...faults };
}

function readEntry(entry: DERReader, faults: Faults, seen: SeenSerials, thisUpdate: number): void {
  const serialNumber = entry.integer();
  const date = entry.whole(TAG.utcTime) ?? entry.whole(TAG.generalizedTime);
  if (!serialNumber || !date) {
    faults.malformed ??= 'an entry is not serial number, date and reasonCode';
    return;
  }
  const reason = crlReasonOfEntry(entry);
  if (reason === undefined)
    faults.reason ??= `the entry of ${hexFromBytes(serialNumber)} has not a non-critical reasonCode alone`;
  else if (crlReasonFromNumber(reason) === undefined)
    faults.reason ??= `reasonCode ${reason} is not of CP 7.2.2`;
  const at = readTime(date);
  if (at === undefined || at > thisUpdate)
    faults.date ??= `the revocationDate of ${hexFromBytes(serialNumber)} is after thisUpdate or encoded otherwise`;
  // Entries without a time are refused as it is, and may be too many for the places.
  if (at !== undefined) readSerial(serialNumber, faults, seen);
}

function readSerial(serialNumber: Uint8Array, faults: Faults, seen: SeenSerials): void {
  switch (seen.add(serialNumber)) {
    case 'new':
      return;
    case 'seen':
      faults.twice ??= `serial number ${hexFromBytes(serialNumber)} appears twice`;
      return;
    case 'too-long':
      faults.malformed ??= 'a serial number has more than 20 octets';
  }
}
