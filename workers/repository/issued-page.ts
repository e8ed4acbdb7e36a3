import type { CatalogueAuthority } from '../../shared/repository/catalogue.ts';
import { ok } from '../../shared/result.ts';
import { readCatalogue } from './catalogue-reader.ts';
import { unknownPage } from './error-page.ts';
import { hex } from './facts.ts';
import { failurePage } from './failure-page.ts';
import { type Html, html, NOTHING } from './html.ts';
import { findIssued, findPublished, matcher, type Published, ROWS } from './issued-list.ts';
import { issuedTable } from './issued-table.ts';
import { ISSUED_WORDS, type IssuedWords } from './issued-words.ts';
import { shortName } from './names.ts';
import { count } from './quantities.ts';
import {
  ordinal,
  type Page,
  pageLink,
  parameter,
  type Source,
  VALUE_MAX_CHARACTERS,
  type Visit,
} from './visit.ts';

/** CP 4.4.2: what a CA has issued, the newest first, or what of it a search finds. */
export async function issuedPage(visit: Visit, source: Source): Promise<Page> {
  const words = ISSUED_WORDS[visit.language];
  const catalogue = await readCatalogue(source);
  if (!catalogue.ok) return failurePage(visit, words.title, catalogue.error);
  const authorities = catalogue.value.authorities.filter(({ issued }) => issued !== undefined);
  if (authorities.length === 0) return page(words, html`<p>${words.noCA}</p>`);
  const asked = parameter(visit, 'ca');
  const authority = asked === '' ? authorities[0] : authorities.find(({ name }) => name === asked);
  if (!authority) return unknownPage(visit);
  const query = parameter(visit, 'q');
  const list = query === '' ? wholeList : searchResult;
  const shown = await list(visit, source, { authority, query });
  if ('status' in shown) return shown;
  return page(words, html`${searchForm(visit, authorities, authority, query)}\n${shown}`);
}

function page({ title }: IssuedWords, body: Html): Page {
  return { status: 200, title, body };
}

interface Asked {
  readonly authority: CatalogueAuthority;
  readonly query: string;
}

/** Page `page` of the list; one past the end is the last one. */
async function wholeList(visit: Visit, source: Source, { authority }: Asked): Promise<Html | Page> {
  const words = ISSUED_WORDS[visit.language];
  const total = authority.issued?.certificates ?? 0;
  if (total === 0) return html`<p>${words.none}</p>`;
  const pages = Math.ceil(total / ROWS);
  const number = Math.min(ordinal(visit, 'page'), pages);
  const before = total - (number - 1) * ROWS;
  const found = await findIssued(source, authority, { before, most: ROWS, takes: () => true });
  if (!found.ok) return failurePage(visit, words.title, found.error);
  const { rows } = found.value;
  const first = (number - 1) * ROWS + 1;
  const caption = words.range(count(first), count(first + rows.length - 1), count(total));
  const link = (to: number, text: string) =>
    stepLink(visit, { ca: authority.name, page: `${to}` }, text);
  const steps = [
    number > 1 ? link(number - 1, words.newer) : NOTHING,
    number < pages ? link(number + 1, words.older) : NOTHING,
  ];
  return html`${await issuedTable(visit, source, authority, rows, caption)}
<nav aria-label="${words.pages}"><ul class="steps">${steps}</ul></nav>`;
}

/** What was found in the part of the list that was looked through, and the way to go on. */
async function searchResult(
  visit: Visit,
  source: Source,
  { authority, query }: Asked,
): Promise<Html | Page> {
  const words = ISSUED_WORDS[visit.language];
  const total = authority.issued?.certificates ?? 0;
  const before = visit.query.has('before') ? ordinal(visit, 'before') : total;
  const takes = matcher(query);
  const found = await findIssued(source, authority, { before, most: ROWS, takes });
  if (!found.ok) return failurePage(visit, words.title, found.error);
  const exact = visit.query.has('before')
    ? ok(undefined)
    : await findPublished(source, authority, query);
  if (!exact.ok) return failurePage(visit, words.title, exact.error);
  const { rows, next, looked } = found.value;
  const unlisted = rows.every(({ serialNumber }) => serialNumber !== exact.value?.serialNumber);
  const first = exact.value && unlisted ? exactLink(visit, authority, exact.value) : NOTHING;
  const caption = words.found(count(rows.length), query);
  const table =
    rows.length > 0 || first !== NOTHING
      ? html`${first}${rows.length > 0 ? await issuedTable(visit, source, authority, rows, caption) : NOTHING}`
      : html`<p role="status">${words.foundNone(query)}</p>`;
  if (next === undefined) return table;
  const target = { ca: authority.name, q: query, before: String(next) };
  return html`${table}
<p class="note">${words.cut(count(looked), count(next))}</p>
<ul class="steps">${stepLink(visit, target, words.goOn)}</ul>`;
}

/** To the page of a certificate that the search has not come to in the list. */
function exactLink(visit: Visit, { name }: CatalogueAuthority, { serialNumber }: Published): Html {
  const target = pageLink(visit, '/certificate.html', { ca: name, serial: serialNumber });
  const { exact } = ISSUED_WORDS[visit.language];
  return html`<p role="status">${exact} <a href="${target}">${hex(serialNumber)}</a></p>`;
}

function stepLink(visit: Visit, query: Readonly<Record<string, string>>, text: string): Html {
  return html`<li><a class="button" href="${pageLink(visit, '/issued.html', query)}">${text}</a></li>`;
}

function searchForm(
  visit: Visit,
  authorities: readonly CatalogueAuthority[],
  chosen: CatalogueAuthority,
  query: string,
): Html {
  const words = ISSUED_WORDS[visit.language];
  const options = authorities.map(
    ({ name, subject }) =>
      html`<option value="${name}"${name === chosen.name ? html` selected` : NOTHING}>${shortName(subject)}</option>`,
  );
  const language = visit.chosen
    ? html`<input type="hidden" name="lang" value="${visit.language}">`
    : NOTHING;
  return html`<form class="search" role="search" action="/issued.html" method="get">
<div><label for="ca">${words.ca}</label><select id="ca" name="ca">${options}</select></div>
<div><label for="q">${words.query}</label><input id="q" name="q" type="search" value="${query}" maxlength="${VALUE_MAX_CHARACTERS}" autocomplete="off" spellcheck="false"></div>
${language}<button type="submit">${words.search}</button>
</form>`;
}
