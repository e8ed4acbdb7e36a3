import {
  CRL_REASON_MEANINGS,
  crlReasonFromNumber,
  crlReasonName,
} from '../../../shared/policy/crl-reasons.ts';
import { isoText } from '../../../shared/time.ts';
import type { Answer } from './check.ts';
import type { Report, Revocation, Verdict } from './report.ts';
import type { Facts, Finding } from './trail.ts';
import { FACT_NAMES, type Language, type Words } from './words.ts';
import { wordsOf } from './words-of.ts';

/**
 * Makes elements and puts texts into them; there is no other way to show what a file says than as
 * text. `attributes` are ours alone.
 */
function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Node | string)[]
): HTMLElement {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

const TONE: Readonly<Record<Verdict, 'good' | 'alarm' | 'plain'>> = {
  good: 'good',
  root: 'plain',
  revoked: 'alarm',
  'issuer-revoked': 'alarm',
  expired: 'plain',
  'issuer-outside-validity': 'alarm',
  'not-yet-valid': 'plain',
  unknown: 'alarm',
  foreign: 'plain',
  forged: 'alarm',
  undetermined: 'plain',
  'token-good': 'good',
  'token-late': 'alarm',
  'token-compromised': 'alarm',
  'token-outside-validity': 'alarm',
  'token-unknown': 'alarm',
  'token-foreign': 'plain',
  'token-broken': 'alarm',
  'token-other-data': 'alarm',
  'token-undetermined': 'plain',
};

/** What came out, for the eye. */
export function answerElement(answer: Answer, language: Language): HTMLElement {
  const words = wordsOf(language);
  const { name } = answer;
  if (answer.kind === 'refused') return messageElement(name, words.refusals[answer.code]);
  return reportElement(name, answer.report, language);
}

/** Something that could not be checked, and what to do. */
export function messageElement(
  name: string | undefined,
  text: string,
  ...more: readonly HTMLElement[]
): HTMLElement {
  const heading = name === undefined ? [] : [element('h2', {}, element('bdi', {}, name))];
  return element(
    'article',
    { class: 'sheet' },
    ...heading,
    element('div', { class: 'note' }, element('p', {}, text), ...more),
  );
}

/** To an address of ours: `text`, and where it leads. */
export function linkElement(text: string, address: string): HTMLElement {
  return element('p', {}, element('a', { class: 'button', href: address }, text), ` ${address}`);
}

/** The same in one line, for whoever listens. */
export function answerLine(answer: Answer, language: Language): string {
  const words = wordsOf(language);
  const what =
    answer.kind === 'refused'
      ? words.refusals[answer.code]
      : words.verdicts[answer.report.verdict].title;
  return `${answer.name}: ${what}`;
}

function reportElement(name: string, report: Report, language: Language): HTMLElement {
  const words = wordsOf(language);
  const { verdict, facts, findings } = report;
  const { title, text } = words.verdicts[verdict];
  const fill = (template: string, more: Facts = {}) =>
    filled(template, { ...facts, ...more }, language);
  const kind = verdict.startsWith('token-') ? words.token : words.certificate;
  const told = [element('p', {}, element('strong', {}, title)), element('p', {}, fill(text))];
  if (report.revocation) told.push(...revocationElements(report.revocation, language));
  const allRight = verdict === 'good' || verdict === 'token-good';
  const open = !allRight || findings.some(({ outcome }) => outcome === 'failed');
  return element(
    'article',
    { class: 'sheet', 'data-verdict': verdict },
    element('p', { class: 'aside' }, `${kind}, `, element('bdi', {}, name)),
    element('h2', { class: 'name' }, element('bdi', {}, report.subject || name)),
    element('div', { class: `note ${TONE[verdict]}` }, ...told),
    factList(facts, words, language),
    element(
      'details',
      open ? { open: '' } : {},
      element('summary', {}, words.checksMade),
      element(
        'ol',
        { class: 'checks' },
        ...findings.map((one) => findingElement(one, words, fill)),
      ),
    ),
  );
}

function revocationElements(
  { certificate, at, reason }: Revocation,
  language: Language,
): readonly HTMLElement[] {
  const { revoked } = wordsOf(language);
  const known = crlReasonFromNumber(reason ?? -1);
  const name = known === undefined ? undefined : crlReasonName(known);
  const facts = {
    subject: certificate.subjectText,
    at: isoText(at),
    reason: name ?? (reason === undefined ? revoked.noReason : String(reason)),
  };
  const told = [element('p', {}, filled(revoked.text, facts, language))];
  if (name) told.push(element('p', {}, CRL_REASON_MEANINGS[name][language]));
  return told;
}

function factList(facts: Facts, words: Words, language: Language): HTMLElement {
  const rows = FACT_NAMES.flatMap((name) => {
    const value = facts[name];
    if (value === undefined) return [];
    const isHex = name === 'sha256' || name.endsWith('erialNumber');
    const shown = isHex
      ? element('span', { class: 'hex' }, colons(value))
      : shownFact(value, language);
    return [element('dt', {}, words.facts[name]), element('dd', {}, shown)];
  });
  return element('dl', { class: 'facts' }, ...rows);
}

function colons(hex: string): string {
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return even.replace(/..(?=.)/g, '$&:');
}

function findingElement(
  { check, outcome, reason, facts }: Finding,
  words: Words,
  fill: (template: string, facts: Facts) => string,
): HTMLElement {
  const tone = outcome === 'passed' ? 'good' : outcome === 'failed' ? 'alarm' : 'soon';
  const { name, passed } = words.checks[check];
  const template =
    outcome === 'passed' ? passed : reason === undefined ? '' : words.reasons[reason];
  return element(
    'li',
    { 'data-check': check },
    element('span', { class: `mark ${tone}` }, words.outcomes[outcome]),
    ' ',
    element('b', {}, name),
    ' ',
    fill(template, facts),
  );
}

/** Puts facts where the words name them; what is put in is not looked at again. */
export function filled(template: string, facts: Facts, language: Language): string {
  return template.replace(/\{(\w+)\}/g, (_match, name: string) =>
    shownFact(facts[name] ?? '', language),
  );
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Times as people of the language write them, with the zone; everything else as it is. */
function shownFact(fact: string, language: Language): string {
  if (!TIME.test(fact)) return fact;
  const inJapanese = language === 'ja';
  const format = new Intl.DateTimeFormat(inJapanese ? 'ja-JP' : 'en-GB', {
    dateStyle: 'long',
    timeStyle: 'medium',
    timeZone: inJapanese ? 'Asia/Tokyo' : 'UTC',
  });
  const text = format.format(new Date(fact));
  return inJapanese ? `${text}（日本時間）` : `${text.replace(' at ', ', ')} UTC`;
}
