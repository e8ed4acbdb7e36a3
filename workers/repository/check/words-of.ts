import type { Language, Words } from './words.ts';
import { ENGLISH } from './words-en.ts';
import { JAPANESE } from './words-ja.ts';

/** The page says its language itself. */
export function wordsOf(language: Language): Words {
  return language === 'ja' ? JAPANESE : ENGLISH;
}
