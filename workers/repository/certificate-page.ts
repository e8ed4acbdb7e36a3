import type { CatalogueAuthority, IssuedCertificate } from '../../shared/repository/catalogue.ts';
import { ok, type Result } from '../../shared/result.ts';
import { serialNumberFromText, serialNumberText } from '../../shared/serial-number.ts';
import { type ReadFailure, readCatalogue } from './catalogue-reader.ts';
import { type KnownStatus, statusesOf } from './certificate-status.ts';
import { CERTIFICATE_WORDS } from './certificate-words.ts';
import { unknownPage } from './error-page.ts';
import { copyLines, downloads, type Fact, facts, hex } from './facts.ts';
import { failurePage } from './failure-page.ts';
import { type Html, html, NOTHING } from './html.ts';
import { findIssued, findPublished } from './issued-list.ts';
import { shortName } from './names.ts';
import { opensslLines } from './openssl-lines.ts';
import { statusPart } from './status-part.ts';
import { fullTime } from './times.ts';
import { ordinal, type Page, pageLink, parameter, type Source, type Visit } from './visit.ts';

/** One certificate: what the list says of it, and what OCSP says at this moment. */
export async function certificatePage(visit: Visit, source: Source): Promise<Page> {
  const words = CERTIFICATE_WORDS[visit.language];
  const catalogue = await readCatalogue(source);
  if (!catalogue.ok) return failurePage(visit, words.title, catalogue.error);
  const ca = parameter(visit, 'ca');
  const authority = catalogue.value.authorities.find(({ name }) => name === ca);
  const asked = serialNumberFromText(parameter(visit, 'serial'));
  if (!authority || !asked.ok) return unknownPage(visit);
  const serial = serialNumberText(asked.value);
  const statuses = await statusesOf(source, authority, [serial], visit.now);
  const status = statuses.get(serial) ?? { status: 'unavailable' };
  const sought = await seek(visit, source, authority, serial);
  if (!sought.ok) return failurePage(visit, words.title, sought.error);
  const { entry, next } = sought.value;
  const published = entry ? ok(entry) : await findPublished(source, authority, serial);
  if (!published.ok) return failurePage(visit, words.title, published.error);
  // A serial number that nobody has heard of, in a list that was read to its end.
  if (!entry && next === undefined && status.status === 'none') return unknownPage(visit);
  const title = entry ? shortName(entry.subject) : words.unlisted;
  const body = html`${statusPart(visit, status, entry?.notAfter)}
${next === undefined ? NOTHING : cutNote(visit, authority, serial, next)}
${facts(certificateFacts(visit, authority, serial, entry))}
${published.value ? downloads(words.download, [[words.der, published.value.path]]) : NOTHING}
${opensslPart(visit, authority, serial, status)}
<p><a href="${pageLink(visit, '/issued.html', { ca: authority.name })}">${words.back(shortName(authority.subject))}</a></p>`;
  return { status: 200, title, body };
}

interface Sought {
  readonly entry: IssuedCertificate | undefined;
  /** Where to go on looking; absent when it was found or is not there. */
  readonly next: number | undefined;
}

/** First where the link says that it is, then from the newest or from `before` on. */
async function seek(
  visit: Visit,
  source: Source,
  authority: CatalogueAuthority,
  serial: string,
): Promise<Result<Sought, ReadFailure>> {
  const total = authority.issued?.certificates ?? 0;
  const takes = ({ serialNumber }: IssuedCertificate) => sameSerial(serialNumber, serial);
  const from = ['at', 'before'].find((name) => visit.query.has(name));
  const before = from === undefined ? total : ordinal(visit, from);
  const found = await findIssued(source, authority, { before, most: 1, takes });
  if (!found.ok) return found;
  const entry = found.value.rows[0];
  if (entry || from === undefined || from === 'before') {
    return ok({ entry, next: entry ? undefined : found.value.next });
  }
  const again = await findIssued(source, authority, { before: total, most: 1, takes });
  if (!again.ok) return again;
  const { rows, next } = again.value;
  return ok({ entry: rows[0], next: rows[0] ? undefined : next });
}

/** Lists may write a leading zero or not. */
function sameSerial(a: string, b: string): boolean {
  return a.replace(/^0+/, '') === b.replace(/^0+/, '');
}

function certificateFacts(
  { language }: Visit,
  authority: CatalogueAuthority,
  serial: string,
  entry: IssuedCertificate | undefined,
): readonly Fact[] {
  const words = CERTIFICATE_WORDS[language];
  const listed: readonly Fact[] = entry
    ? [
        [words.subject, entry.subject],
        [words.profile, entry.profile],
        [words.notBefore, fullTime(entry.notBefore, language)],
        [words.notAfter, fullTime(entry.notAfter, language)],
      ]
    : [];
  return [[words.serialNumber, hex(serial)], [words.issuer, authority.subject], ...listed];
}

function cutNote(visit: Visit, { name }: CatalogueAuthority, serial: string, next: number): Html {
  const words = CERTIFICATE_WORDS[visit.language];
  const target = pageLink(visit, '/certificate.html', { ca: name, serial, before: String(next) });
  return html`<p class="note">${words.cut}</p>
<p><a class="button" href="${target}">${words.goOn}</a></p>`;
}

function opensslPart(
  { language }: Visit,
  authority: CatalogueAuthority,
  serial: string,
  { status }: KnownStatus,
): Html {
  const lines = status === 'none' ? [] : opensslLines(authority, serial);
  if (lines.length === 0) return NOTHING;
  const words = CERTIFICATE_WORDS[language];
  return html`<h2>${words.openssl}</h2>
<p class="aside">${words.opensslHint}</p>
${copyLines(lines)}`;
}
