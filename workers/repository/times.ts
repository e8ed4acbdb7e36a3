import type { UTCOffsetMinutes } from '../../shared/repository/document-days.ts';
import { isoText, type Seconds, type UnixSeconds } from '../../shared/time.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';

const JAPAN: Seconds = 9 * 3600;

const MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Down to the second: in UTC, and for readers of Japanese in words and in Japan's time before it. */
export function fullTime(time: UnixSeconds, language: Language): Html {
  const iso = isoText(time);
  const utcShown = language === 'en' ? utcText(time) : iso.replace('T', ' ').replace('Z', ' UTC');
  const utc = html`<time datetime="${iso}">${utcShown}</time>`;
  if (language === 'en') return utc;
  return html`<span class="moment">${japaneseText(time)}</span> <span class="moment aside">${utc}</span>`;
}

/** To the minute, for tables. */
export function shortTime(time: UnixSeconds, language: Language): Html {
  const shown =
    language === 'en'
      ? `${shortDay(new Date(time * 1000))}, ${isoText(time).slice(11, 16)} UTC`
      : minuteInJapan(time);
  return html`<time datetime="${isoText(time)}" class="moment">${shown}</time>`;
}

/** The day alone. */
export function dayOf(time: UnixSeconds, language: Language): Html {
  const shown = language === 'en' ? shortDay(new Date(time * 1000)) : japaneseDay(inJapan(time));
  return html`<time datetime="${isoText(time)}" class="day">${shown}</time>`;
}

/** The day of a document where its CA is, in both languages: so far ahead of UTC. */
export function documentDay(time: UnixSeconds, language: Language, offset: UTCOffsetMinutes): Html {
  const date = new Date((time + 60 * offset) * 1000);
  const shown = language === 'en' ? shortDay(date) : japaneseDay(date);
  return html`<time datetime="${date.toISOString().slice(0, 10)}" class="day">${shown}</time>`;
}

function utcDay(time: UnixSeconds): string {
  return englishDay(new Date(time * 1000));
}

/** `23 Nov 2026`, for tables. */
function shortDay(date: Date): string {
  const month = MONTHS[date.getUTCMonth()]?.slice(0, 3);
  return `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
}

function englishDay(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

function utcText(time: UnixSeconds): string {
  return `${utcDay(time)}, ${isoText(time).slice(11, 19)} UTC`;
}

/** A date whose UTC fields read what clocks in Japan show. */
function inJapan(time: UnixSeconds): Date {
  return new Date((time + JAPAN) * 1000);
}

function japaneseDay(date: Date): string {
  return `${date.getUTCFullYear()}年${date.getUTCMonth() + 1}月${date.getUTCDate()}日`;
}

function minuteInJapan(time: UnixSeconds): string {
  const date = inJapan(time);
  return `${japaneseDay(date)} ${date.getUTCHours()}時${date.getUTCMinutes()}分（日本時間）`;
}

function japaneseText(time: UnixSeconds): string {
  const date = inJapan(time);
  const clock = `${date.getUTCHours()}時${date.getUTCMinutes()}分${date.getUTCSeconds()}秒`;
  return `${japaneseDay(date)} ${clock}（日本時間）`;
}

const UNITS: readonly (readonly [seconds: Seconds, en: string, ja: string])[] = [
  [86_400, 'day', '日'],
  [3_600, 'hour', '時間'],
  [60, 'minute', '分'],
  [1, 'second', '秒'],
];

/** The two largest units that count: `6 days 3 hours`. */
export function lengthOfTime(seconds: Seconds, language: Language): string {
  let rest = Math.abs(Math.floor(seconds));
  const first = UNITS.findIndex(([unit]) => rest >= unit);
  if (first < 0) return language === 'en' ? '0 seconds' : '0秒';
  const parts: string[] = [];
  for (const [unit, en, ja] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0)
      parts.push(language === 'en' ? `${count} ${en}${count === 1 ? '' : 's'}` : `${count}${ja}`);
  }
  return parts.join(language === 'en' ? ' ' : '');
}
