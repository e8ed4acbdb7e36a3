import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import { REPOSITORY_FILE_OCTETS_MAX } from '../../shared/repository/catalogue.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { DocumentRow, NewDocument } from '../database/document-table.ts';
import { documentEntry } from './document-entry.ts';

/** As many as a reader of the catalogue takes. */
export const DOCUMENTS_MAX = 1_000;

/** An epoch of everything holds them all in memory, and in the database until it is out. */
export const DOCUMENTS_OCTETS_MAX: number = 256 << 20;

/** What is left of the catalogue for 256 CAs with long names. */
const AUTHORITIES_OCTETS = 1 << 20;
export const DOCUMENT_ENTRIES_OCTETS_MAX: number = REPOSITORY_FILE_OCTETS_MAX - AUTHORITIES_OCTETS;

/**
 * Why the repository has no room for this edition beside those that are not withdrawn; undefined when it
 * has. Without room in the catalogue no page could be shown any more.
 */
export function lackOfRoom(
  policy: CertificatePolicy,
  present: readonly DocumentRow[],
  added: NewDocument,
  now: UnixSeconds,
): string | undefined {
  if (present.length >= DOCUMENTS_MAX)
    return `the repository holds ${DOCUMENTS_MAX} editions and no more`;
  const octets = present.reduce((sum, { length }) => sum + length, added.bytes.length);
  if (octets > DOCUMENTS_OCTETS_MAX)
    return `all editions together would have ${octets} octets, of at most ${DOCUMENTS_OCTETS_MAX}: hand in a smaller file`;
  const entries = [...present, { ...added, length: added.bytes.length }].reduce(
    (sum, row) => sum + octetsOfEntry(policy, row, now),
    0,
  );
  return entries > DOCUMENT_ENTRIES_OCTETS_MAX
    ? `the entries of all editions would take ${entries} octets of the catalogue, of at most ${DOCUMENT_ENTRIES_OCTETS_MAX}: shorten title and summary`
    : undefined;
}

/** With the comma after it; times take the same ten digits whenever they are. */
function octetsOfEntry(
  policy: CertificatePolicy,
  row: Parameters<typeof documentEntry>[1],
  now: UnixSeconds,
): number {
  return Buffer.byteLength(JSON.stringify(documentEntry(policy, row, now))) + 1;
}
