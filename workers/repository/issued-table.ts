import type { CatalogueAuthority } from '../../shared/repository/catalogue.ts';
import { statusesOf } from './certificate-status.ts';
import { hex } from './facts.ts';
import { type Html, html } from './html.ts';
import type { Listed } from './issued-list.ts';
import { ISSUED_WORDS } from './issued-words.ts';
import { shortName } from './names.ts';
import { shownStatus, statusMark } from './status-mark.ts';
import { dayOf } from './times.ts';
import { pageLink, type Source, type Visit } from './visit.ts';

/** Rows with what OCSP says of each at this moment. */
export async function issuedTable(
  visit: Visit,
  source: Source,
  authority: CatalogueAuthority,
  rows: readonly Listed[],
  caption: string,
): Promise<Html> {
  const { language, now } = visit;
  const words = ISSUED_WORDS[language];
  const serials = rows.map(({ serialNumber }) => serialNumber);
  const statuses = await statusesOf(source, authority, serials, now);
  const lines = rows.map((certificate) => {
    const { serialNumber, subject, notAfter, index } = certificate;
    const status = statuses.get(serialNumber)?.status ?? 'unavailable';
    const target = certificateLink(visit, authority, serialNumber, index);
    return html`<tr>
<th scope="row"><a href="${target}">${shortName(subject)}</a><br><span class="aside">${words.serial} ${hex(serialNumber)}</span></th>
<td>${dayOf(notAfter, language)}</td>
<td>${statusMark(shownStatus(status, notAfter, now), language)}</td>
</tr>`;
  });
  return html`<table>
<caption>${caption}</caption>
<thead><tr><th scope="col">${words.certificate}</th><th scope="col">${words.validity}</th><th scope="col">${words.status}</th></tr></thead>
<tbody>${lines}</tbody>
</table>`;
}

/** `at` tells where in the list it is, so that its page need not search. */
function certificateLink(
  visit: Visit,
  { name }: CatalogueAuthority,
  serial: string,
  index: number,
): string {
  return pageLink(visit, '/certificate.html', { ca: name, serial, at: String(index + 1) });
}
