import type { CatalogueAuthority } from '../../shared/repository/catalogue.ts';
import { authoritySection } from './authority-section.ts';
import { readCatalogue } from './catalogue-reader.ts';
import { documentsSection } from './documents-section.ts';
import { failurePage } from './failure-page.ts';
import { type Html, html, NOTHING } from './html.ts';
import type { Texts } from './language.ts';
import { shortName } from './names.ts';
import type { Page, Source, Visit } from './visit.ts';

interface Words {
  readonly title: string;
  readonly lead: string;
  readonly contents: string;
  readonly documents: string;
}

const WORDS: Texts<Words> = {
  en: {
    title: 'Repository',
    lead: 'Certificates of the certification authorities, their certificate revocation lists, and the documents that they work by.',
    contents: 'On this page',
    documents: 'Documents and change notices',
  },
  ja: {
    title: 'リポジトリー',
    lead: '認証局の証明書、証明書失効リスト（CRL）、および認証局の運用を定める文書を公開しています。',
    contents: 'このページの内容',
    documents: '文書と変更のお知らせ',
  },
};

/** CP 2.2: the CAs with their CRLs, and the documents with their change notices (CP 9.12). */
export async function repositoryPage(visit: Visit, source: Source): Promise<Page> {
  const words = WORDS[visit.language];
  const catalogue = await readCatalogue(source);
  if (!catalogue.ok) return failurePage(visit, words.title, catalogue.error);
  const { authorities, documents, documentRules } = catalogue.value;
  const body = html`<p class="lead">${words.lead}</p>
${contents(authorities, documents.length > 0, words)}
${authorities.map((authority, i) => authoritySection(visit, authority, `ca-${i + 1}`))}
${documents.length > 0 ? documentsSection(visit, { documents, documentRules }, words.documents) : NOTHING}`;
  return { status: 200, title: words.title, body };
}

function contents(
  authorities: readonly CatalogueAuthority[],
  documents: boolean,
  words: Words,
): Html {
  const entries = authorities.map(
    ({ subject }, i) => html`<li><a href="#ca-${i + 1}">${shortName(subject)}</a></li>`,
  );
  if (documents) entries.push(html`<li><a href="#documents">${words.documents}</a></li>`);
  return html`<nav aria-label="${words.contents}"><ul>${entries}</ul></nav>`;
}
