import type { DocumentRules } from '../../shared/repository/catalogue.ts';
import { type Html, html, NOTHING } from './html.ts';
import type { Language } from './language.ts';

/** What is said of change notices: what the catalogue says of them, and nothing without it. */
export function noticesLead(rules: DocumentRules | undefined, language: Language): Html {
  if (!rules) return NOTHING;
  const { objections, utcOffsetMinutes } = rules;
  const sentences = [
    ...(objections ? [SENTENCES[language](objections)] : []),
    DAYS[language](placeOf(utcOffsetMinutes, language)),
  ];
  return html`<p class="aside">${sentences.join(language === 'en' ? ' ' : '')}</p>`;
}

type Objections = NonNullable<DocumentRules['objections']>;

const SENTENCES: Readonly<Record<Language, (objections: Objections) => string>> = {
  en: ({ days, clause }) =>
    `A changed document in this repository is the notice of the change. Subscribers may object within ${daysText(days, 'en')} of the announcement; without objection the change counts as agreed (${clause}).`,
  ja: ({ days, clause }) =>
    `変更した文書をリポジトリーに掲載することにより、変更の告知とします。利用者は告知日から${daysText(days, 'ja')}の間、異議を申し立てることができ、異議申し立てがない場合、変更は同意されたものとみなされます（${clause}）。`,
};

const DAYS: Readonly<Record<Language, (place: string) => string>> = {
  en: (place) => `Days are those of ${place}.`,
  ja: (place) => `日付は${place}によります。`,
};

function daysText(days: number, language: Language): string {
  if (days === 7) return language === 'en' ? 'one week' : '一週間';
  if (language === 'ja') return `${days}日`;
  return days === 1 ? 'one day' : `${days} days`;
}

const JAPAN = 540;

/** `Japan`, `UTC`, `UTC+05:30`. */
function placeOf(offset: number, language: Language): string {
  if (offset === JAPAN) return language === 'en' ? 'Japan' : '日本時間';
  if (offset === 0) return 'UTC';
  const minutes = Math.abs(offset);
  const digits = (count: number) => String(count).padStart(2, '0');
  return `UTC${offset < 0 ? '-' : '+'}${digits(Math.floor(minutes / 60))}:${digits(minutes % 60)}`;
}
