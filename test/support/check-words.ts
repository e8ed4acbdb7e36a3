import { expect } from 'vitest';
import type { Report } from '../../workers/repository/check/report.ts';
import type { Language } from '../../workers/repository/check/words.ts';
import { wordsOf } from '../../workers/repository/check/words-of.ts';

export const LANGUAGES: readonly Language[] = ['en', 'ja'];

/** The facts that a text speaks of, in order. */
export function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();
}

/** That every fact that the page would speak of in this report is there. */
export function expectFactsForWords({ verdict, facts, findings }: Report): void {
  for (const language of LANGUAGES) {
    const words = wordsOf(language);
    expect(Object.keys(facts)).toEqual(
      expect.arrayContaining([...placeholders(words.verdicts[verdict].text)]),
    );
    for (const { check, outcome, reason, facts: own } of findings) {
      const passed = outcome === 'passed' ? words.checks[check].passed : '';
      const text = reason === undefined ? passed : words.reasons[reason];
      expect(Object.keys({ ...facts, ...own })).toEqual(
        expect.arrayContaining([...placeholders(text)]),
      );
    }
  }
}
