import { describe, expect, it } from 'vitest';
import { filled } from '../../../../workers/repository/check/view.ts';
import { ENGLISH } from '../../../../workers/repository/check/words-en.ts';
import { JAPANESE } from '../../../../workers/repository/check/words-ja.ts';
import { placeholders } from '../../../support/check-words.ts';

/** Every text with the path to it. */
function textsOf(words: object, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(words).flatMap(([name, value]) =>
    typeof value === 'string' ? [[`${path}/${name}`, value]] : textsOf(value, `${path}/${name}`),
  );
}

describe('the words of the check page', () => {
  it('ADR 16: both languages speak of the same facts', () => {
    const facts = (words: object) =>
      Object.fromEntries(textsOf(words).map(([path, text]) => [path, placeholders(text)]));
    expect(facts(JAPANESE)).toEqual(facts(ENGLISH));
  });

  it('ADR 16: every text of the Japanese page is in Japanese', () => {
    const foreign = textsOf(JAPANESE).filter(([, text]) => !/[ぁ-んァ-ヶ一-龠]/.test(text));
    expect(foreign.map(([, text]) => text)).toEqual(['OCSP', 'SHA-256']);
  });

  it.each([
    ['en', '23 November 2026, 04:40:09 UTC'],
    ['ja', '2026年11月23日 13:40:09（日本時間）'],
  ] as const)('ADR 15: a time in %s says its zone', (language, text) => {
    expect(filled('{at}', { at: '2026-11-23T04:40:09Z' }, language)).toBe(text);
  });

  it('ADR 16: what a file says is not taken for words', () => {
    expect(filled('{subject}.', { subject: '{at}$&', at: 'x' }, 'en')).toBe('{at}$&.');
  });
});
