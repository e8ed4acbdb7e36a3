import { type Html, html, NOTHING } from './html.ts';
import { LANGUAGES, type Texts } from './language.ts';
import { SEAL } from './seal.ts';
import { STYLESHEET_URL } from './stylesheet.ts';
import { shortTime } from './times.ts';
import { type Page, pageLink, type Source, sameInLanguage, type Visit } from './visit.ts';

interface Words {
  readonly site: string;
  readonly skip: string;
  readonly pages: string;
  readonly language: string;
  readonly verified: string;
  readonly epoch: string;
}

const WORDS: Texts<Words> = {
  en: {
    site: 'Certificate repository',
    skip: 'Skip to the content',
    pages: 'Pages',
    language: 'Language',
    verified:
      'Everything on this page was taken from one signed snapshot and verified by this server before it was shown.',
    epoch: 'epoch',
  },
  ja: {
    site: '証明書リポジトリー',
    skip: '本文へ移動',
    pages: 'ページ',
    language: '言語',
    verified:
      'このページの内容はすべて、署名された一つのスナップショットから取り出し、本サーバーが検証したうえで表示しています。',
    epoch: 'エポック',
  },
};

const LANGUAGE_NAMES: Texts = { ja: '日本語', en: 'English' };

/** Every page that people find by themselves, in this order. */
const NAVIGATION: readonly (readonly [path: string, name: Texts])[] = [
  ['/', { en: 'Repository', ja: 'リポジトリー' }],
  ['/issued.html', { en: 'Issued certificates', ja: '発行済み証明書' }],
  ['/check.html', { en: 'Check a certificate', ja: '証明書の確認' }],
  ['/status.html', { en: 'Status', ja: '稼働状況' }],
];

/**
 * The whole document around what a page has to say: landmarks, navigation, the switch of languages, and
 * which snapshot it comes from. The body brings no `h1`: that is the title.
 */
export function page(visit: Visit, content: Page, source?: Source): Html {
  const { language } = visit;
  const words = WORDS[language];
  const { title, body, scripts = [] } = content;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<title>${title} – ${words.site}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="${STYLESHEET_URL}">
<link rel="icon" href="/inkan.svg" type="image/svg+xml">
${LANGUAGES.map((other) => html`<link rel="alternate" hreflang="${other}" href="${sameInLanguage(visit, other)}">\n`)}<link rel="alternate" hreflang="x-default" href="${sameInLanguage(visit, undefined)}">
${scripts.map((path) => html`<script type="module" src="${path}"></script>\n`)}</head>
<body>
<a class="skip" href="#content">${words.skip}</a>
<header class="top">
<a class="brand" href="${pageLink(visit, '/')}">${SEAL}<span><b>${origin(source)}</b> <span>${words.site}</span></span></a>
${languageSwitch(visit)}
<nav aria-label="${words.pages}"><ul>${NAVIGATION.map((entry) => navigationEntry(visit, entry))}</ul></nav>
</header>
<main id="content" tabindex="-1">
<h1>${title}</h1>
${body}
</main>
<footer>${source ? snapshotNote(visit, source) : NOTHING}</footer>
</body>
</html>
`;
}

/** Who publishes: the name of the publication key up to its first slash. */
function origin(source: Source | undefined): string {
  return source?.deps.publicationKey.name.split('/')[0] ?? 'Inkan';
}

function navigationEntry(visit: Visit, [path, name]: readonly [path: string, name: Texts]): Html {
  const current = path === visit.path ? html` aria-current="page"` : NOTHING;
  return html`<li><a href="${pageLink(visit, path)}"${current}>${name[visit.language]}</a></li>`;
}

function languageSwitch(visit: Visit): Html {
  const entries = LANGUAGES.map((other) =>
    other === visit.language
      ? html`<li lang="${other}" aria-current="true">${LANGUAGE_NAMES[other]}</li>`
      : html`<li><a lang="${other}" hreflang="${other}" href="${sameInLanguage(visit, other)}">${LANGUAGE_NAMES[other]}</a></li>`,
  );
  return html`<nav class="languages" aria-label="${WORDS[visit.language].language}"><ul>${entries}</ul></nav>`;
}

function snapshotNote({ language }: Visit, { snapshot }: Source): Html {
  const { verified, epoch } = WORDS[language];
  const { origin: name, epoch: number, time } = snapshot.head;
  return html`<p>${verified}</p>
<p><bdi>${name}</bdi>, ${epoch} ${number}, ${shortTime(time, language)}</p>`;
}
