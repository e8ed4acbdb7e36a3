import { bytesEqual, hexFromBytes } from '../../../shared/bytes.ts';
import { OID } from '../../../shared/der/oids.ts';
import { DERReader } from '../../../shared/der/reader.ts';
import { TAG } from '../../../shared/der/tags.ts';
import { objectIdentifier } from '../../../shared/der/writer.ts';
import { crlReasonFromNumber } from '../../../shared/policy/crl-reasons.ts';
import { readTime } from '../read-time.ts';
import type { Requirement } from '../requirement.ts';
import type { CRLCandidate } from './candidate.ts';
import { SeenSerials } from './seen-serials.ts';

const REASON_CODE = objectIdentifier(OID['id-ce-cRLReasons']);

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

/** What is wrong with one entry, if anything: reasonCode alone, non-critical, and of CP 7.2.2. */
function checkEntry(entry: DERReader, seen: SeenSerials, thisUpdate: number): string | null {
  const serialNumber = entry.integer();
  const date =
    entry.peekTag() === TAG.utcTime ? entry.whole(TAG.utcTime) : entry.whole(TAG.generalizedTime);
  if (!serialNumber || !date) return 'an entry is not serial number, date and reasonCode';
  const reason = crlReasonOfEntry(entry);
  if (reason === undefined) return 'an entry has not a non-critical reasonCode alone';
  if (crlReasonFromNumber(reason) === undefined) return `reasonCode ${reason} is not of CP 7.2.2`;
  const at = readTime(date);
  if (at === undefined || at > thisUpdate)
    return 'a revocationDate is after thisUpdate or encoded otherwise';
  switch (seen.add(serialNumber)) {
    case 'new':
      return null;
    case 'seen':
      return `serial number ${hexFromBytes(serialNumber)} appears twice`;
    case 'too-long':
      return 'a serial number has more than 20 octets';
  }
}

export const crlEntriesRequirement: Requirement<CRLCandidate> = {
  rule: 'CRL-11, CRL-12, CRL-14',
  source: 'CP 7.2.2, table 7.2-1; RFC 5280 5.1.2.6; RFC 3161 4',
  check: ({ fields }) => {
    if (fields.revokedCertificates === null) return null;
    const list = new DERReader(fields.revokedCertificates);
    if (list.atEnd()) return 'revokedCertificates is empty instead of absent';
    const thisUpdate = readTime(fields.thisUpdate) ?? 0;
    const seen = new SeenSerials(fields.revokedCertificates);
    while (!list.atEnd()) {
      const entry = list.enter(TAG.sequence);
      const wrong = entry ? checkEntry(entry, seen, thisUpdate) : 'an entry is not a SEQUENCE';
      if (wrong !== null) return wrong;
    }
    return null;
  },
};
