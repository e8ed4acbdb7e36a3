import type {
  CatalogueDocument,
  DocumentKind,
  DocumentRules,
} from '../../shared/repository/catalogue.ts';
import { compareEditions } from '../../shared/repository/edition-order.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { noticesLead } from './document-rules-words.ts';
import { fileLink } from './facts.ts';
import { type Html, html, NOTHING } from './html.ts';
import type { Texts } from './language.ts';
import { size } from './quantities.ts';
import { documentDay } from './times.ts';
import type { Visit } from './visit.ts';

interface Words {
  readonly title: string;
  readonly version: string;
  readonly effective: string;
  readonly announced: string;
  readonly inForce: string;
  readonly coming: string;
  readonly earlier: string;
  readonly notices: string;
  readonly major: string;
  readonly minor: string;
  readonly open: string;
  readonly closed: string;
  readonly kinds: Readonly<Record<DocumentKind, string>>;
}

const WORDS: Texts<Words> = {
  en: {
    title: 'Document',
    version: 'Version',
    effective: 'Effective',
    announced: 'Announced',
    inForce: 'In force',
    coming: 'Not yet in force',
    earlier: 'Earlier edition',
    notices: 'Change notices',
    major: 'Important change',
    minor: 'Minor change',
    open: 'Objections are accepted until',
    closed: 'Objections were accepted until',
    kinds: {
      'certificate-policy': 'Certificate policy (CP)',
      'certification-practice-statement': 'Certification practice statement (CPS)',
      'subscriber-agreement': 'Subscriber agreement',
      'relying-party-agreement': 'Relying party agreement',
      notice: 'Notice',
    },
  },
  ja: {
    title: '文書',
    version: '版',
    effective: '実施日',
    announced: '告知日',
    inForce: '現行',
    coming: '実施前',
    earlier: '旧版',
    notices: '変更のお知らせ',
    major: '重要な変更',
    minor: '重要でない変更',
    open: '異議申し立ての受付期限',
    closed: '異議申し立ての受付終了',
    kinds: {
      'certificate-policy': '証明書ポリシー（CP）',
      'certification-practice-statement': '認証運用規程（CPS）',
      'subscriber-agreement': '利用者同意書',
      'relying-party-agreement': '検証者同意書',
      notice: 'お知らせ',
    },
  },
};

interface Documents {
  readonly documents: readonly CatalogueDocument[];
  /** undefined: a signer from before they were in the catalogue, whose days are midnights in UTC. */
  readonly documentRules: DocumentRules | undefined;
}

/** CP 2.2, 9.12: every edition of every document, and what has changed. */
export function documentsSection(
  visit: Visit,
  { documents, documentRules: rules }: Documents,
  title: string,
): Html {
  const words = WORDS[visit.language];
  const editions = [...documents].sort(
    (a, b) => compare(a.name, b.name) || compareEditions(b, a) || compare(a.language, b.language),
  );
  const rows = editions.map((edition) =>
    row(visit, edition, standing(edition, documents, visit.now), rules),
  );
  const changes = documents.filter(({ change }) => change !== undefined);
  return html`<section class="sheet" aria-labelledby="documents">
<h2 id="documents">${title}</h2>
<table>
<thead><tr><th scope="col">${words.title}</th><th scope="col">${words.version}</th><th scope="col">${words.effective}</th></tr></thead>
<tbody>${rows}</tbody>
</table>
${changes.length > 0 ? notices(visit, changes, rules) : NOTHING}
</section>`;
}

type Standing = 'inForce' | 'coming' | 'earlier';

/** In force is the edition that took effect last, of those of its name and language: one of them. */
function standing(
  edition: CatalogueDocument,
  all: readonly CatalogueDocument[],
  now: UnixSeconds,
): Standing {
  if (edition.effective > now) return 'coming';
  const newer = all.some(
    (other) =>
      other.name === edition.name &&
      other.language === edition.language &&
      other.effective <= now &&
      compareEditions(other, edition) > 0,
  );
  return newer ? 'earlier' : 'inForce';
}

const MARKS: Readonly<Record<Standing, string>> = { inForce: 'good', coming: 'soon', earlier: '' };

function row(
  { language }: Visit,
  edition: CatalogueDocument,
  is: Standing,
  rules: DocumentRules | undefined,
): Html {
  const words = WORDS[language];
  return html`<tr>
<th scope="row"><span lang="${edition.language}">${fileLink(edition.path, edition.title)}</span><br><span class="aside">${words.kinds[edition.kind]}, ${typeName(edition.type)}, ${size(edition.bytes)}</span></th>
<td>${edition.version}</td>
<td>${dayOf(edition.effective, language, rules)}<br><span class="mark ${MARKS[is]}">${words[is]}</span></td>
</tr>`;
}

function typeName(type: string): string {
  const name = type.split(';')[0] ?? type;
  return name === 'application/pdf' ? 'PDF' : name === 'text/html' ? 'HTML' : name;
}

/** The latest announcement first. */
function notices(
  visit: Visit,
  changes: readonly CatalogueDocument[],
  rules: DocumentRules | undefined,
): Html {
  const words = WORDS[visit.language];
  const latestFirst = [...changes].sort((a, b) => b.announced - a.announced);
  return html`<h3>${words.notices}</h3>
${noticesLead(rules, visit.language)}
${latestFirst.map((edition) => notice(visit, edition, rules))}`;
}

function notice(
  { language, now }: Visit,
  edition: CatalogueDocument,
  rules: DocumentRules | undefined,
): Html {
  const words = WORDS[language];
  const { change } = edition;
  if (!change) return NOTHING;
  const until = edition.objectionsUntil;
  const objections =
    until === undefined
      ? NOTHING
      : html` · ${now <= until ? words.open : words.closed} ${dayOf(until, language, rules)}`;
  return html`<article class="note">
<h4><span lang="${edition.language}">${edition.title}</span> ${edition.version} <span class="mark ${change.kind === 'major' ? 'alarm' : ''}">${words[change.kind]}</span></h4>
<p lang="${edition.language}">${change.summary}</p>
<p class="aside">${words.announced} ${dayOf(edition.announced, language, rules)} · ${words.effective} ${dayOf(edition.effective, language, rules)}${objections}</p>
</article>`;
}

function dayOf(
  time: UnixSeconds,
  language: Visit['language'],
  rules: DocumentRules | undefined,
): Html {
  return documentDay(time, language, rules?.utcOffsetMinutes ?? 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
