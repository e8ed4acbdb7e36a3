/** BCP 47: the languages that the pages are written in. */
export type Language = 'ja' | 'en';

export const LANGUAGES: readonly Language[] = ['ja', 'en'];

/** For whoever states no wish, or only others. */
const DEFAULT: Language = 'en';

/** A text in each of them. */
export type Texts<T = string> = Readonly<Record<Language, T>>;

export function isLanguage(text: string | null): text is Language {
  return text === 'ja' || text === 'en';
}

/** No client sends more; what is longer is not read. */
const HEADER_MAX_CHARACTERS = 1000;

const RANGE = /^(\*|[A-Za-z]{1,8})(?:-[A-Za-z0-9-]{1,60})?(?:\s*;\s*q=([01](?:\.\d{0,3})?))?$/;

/**
 * RFC 9110 12.5.4: the language of the highest weight, of two alike the one named first. A range that
 * is no range is passed over; `q=0` is no wish for this language.
 */
export function acceptedLanguage(header: string | null): Language {
  const wishes = (header ?? '').slice(0, HEADER_MAX_CHARACTERS).split(',').flatMap(wishOf);
  let best: Wish | undefined;
  for (const wish of wishes) if (wish.weight > (best?.weight ?? 0)) best = wish;
  return best?.language ?? DEFAULT;
}

interface Wish {
  readonly language: Language;
  readonly weight: number;
}

function wishOf(range: string): readonly Wish[] {
  const [, name = '', q = '1'] = RANGE.exec(range.trim()) ?? [];
  const language = name === '*' ? DEFAULT : name.toLowerCase();
  return isLanguage(language) ? [{ language, weight: Number(q) }] : [];
}
