import { bytesEqual } from '../../shared/bytes.ts';
import { parseJSON } from '../../shared/json-text.ts';
import {
  type CatalogueAuthority,
  type CatalogueIssued,
  decodeIssuedPage,
  ISSUED_PAGE_LENGTH,
  type IssuedCertificate,
} from '../../shared/repository/catalogue.ts';
import { issuedPagePath, issuedPages } from '../../shared/repository/issued-page-path.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import type { AuthorityRow } from '../database/authority-table.ts';
import type { CertificateRow } from '../database/certificate-table.ts';
import type { Reader } from '../database/database.ts';
import { certificatesAtPlaces, countListed, countPlaces } from '../database/issued-table.ts';
import { nameInRFC4514 } from '../issuance/name-in-rfc4514.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { EpochCandidate } from './epoch-candidate.ts';
import type { FileLookup } from './files-after.ts';
import { type GateOutcome, refuseEpoch } from './gate-refusal.ts';
import type { IssuedList } from './issued-pages.ts';

interface Judged {
  readonly db: Reader;
  readonly candidate: EpochCandidate;
  readonly fileAt: FileLookup;
}

/** What is wrong, for the refusal. */
type Verdict = Result<true, string>;

/**
 * CP 4.4.2: the list of what an authority issued grows at its end and nowhere else. Pages that are new
 * are read as the repository's pages read them; each certificate on them is the one at its place on
 * record, with its subject, profile and times, and has its file. Of pages that were out before only the number counts.
 */
export function checkIssuedList(
  { name, issued }: CatalogueAuthority,
  { id }: AuthorityRow,
  judged: Judged,
): GateOutcome {
  const list = judged.candidate.issued.find(({ authority }) => authority.id === id);
  if (!issued && !list) return ok(true);
  const verdict = issued && list ? checkList(issued, list, judged) : err('is missing');
  if (verdict.ok) return verdict;
  return refuseEpoch('CP 4.4.2', `the list of what ${name} issued: ${verdict.error}`);
}

function checkList(issued: CatalogueIssued, list: IssuedList, judged: Judged): Verdict {
  const { folder, certificates, pages } = issued;
  const { db, fileAt } = judged;
  const { id } = list.authority;
  const listed = countListed(db, id, folder);
  const places = countPlaces(db, id) + list.added.length;
  if (certificates < listed || certificates > places)
    return err(`${certificates} certificates, ${listed} were there and ${places} are on record`);
  if (pages !== issuedPages(certificates))
    return err(`${pages} pages of ${certificates} certificates`);
  const changed = new Set(list.pages.map(({ page }) => page));
  const firstNew = Math.floor(listed / ISSUED_PAGE_LENGTH) + 1;
  for (let page = firstNew; certificates > listed && page <= pages; page++)
    if (!changed.has(page)) return err(`page ${page} is not written`);
  for (const page of list.pages) {
    const verdict = checkPage(page, issued, list, judged);
    if (!verdict.ok) return err(`page ${page.page}: ${verdict.error}`);
  }
  return pages === 0 || fileAt(issuedPagePath(folder, pages))
    ? ok(true)
    : err('the last page has no file');
}

/** The record is held against the certificate itself when its file goes out (`checkCertificateFiles`). */
function isSaidOf(entry: IssuedCertificate, row: CertificateRow): boolean {
  return (
    entry.subject === nameInRFC4514(row.subject) &&
    entry.profile === row.profile &&
    entry.notBefore === row.notBefore &&
    entry.notAfter === row.notAfter
  );
}

function checkPage(
  { page, bytes }: IssuedList['pages'][number],
  { folder, certificates: total }: CatalogueIssued,
  { authority, added }: IssuedList,
  { db, fileAt }: Judged,
): Verdict {
  const file = fileAt(issuedPagePath(folder, page));
  if (!file || !bytesEqual(file.hash, sha256(bytes))) return err('it is not its file');
  const json = parseJSON(new TextDecoder().decode(bytes));
  const read = json.ok ? decodeIssuedPage(json.value, '') : json;
  if (!read.ok) return err(read.error.reason);
  const { certificates } = read.value;
  const from = (page - 1) * ISSUED_PAGE_LENGTH;
  const to = Math.min(from + ISSUED_PAGE_LENGTH, total);
  if (certificates.length !== to - from) return err(`${certificates.length} certificates`);
  const places = countPlaces(db, authority.id);
  const recorded = [
    ...certificatesAtPlaces(db, authority.id, from, to),
    ...added.slice(Math.max(0, from - places), Math.max(0, to - places)),
  ];
  for (const [i, entry] of certificates.entries()) {
    const { serialNumber, path } = entry;
    const one = recorded[i];
    if (!one || serialNumberText(one.certificate.serialNumber) !== serialNumber)
      return err(`${serialNumber} is not at its place`);
    if (one.path !== path || !fileAt(path)) return err(`${serialNumber} has no file`);
    if (!isSaidOf(entry, one.certificate)) return err(`${serialNumber} is not as it is on record`);
  }
  return ok(true);
}
