import { describe, expect, it } from 'vitest';
import { shownName, shownText } from '../../../../signer/cli/shown-text.ts';

const ESCAPED: readonly (readonly [string, string, string])[] = [
  ['a right-to-left override', 'CRL \u202etxet', 'CRL \\u{202e}txet'],
  ['an isolate', 'a\u2066b', 'a\\u{2066}b'],
  ['a zero-width space', 'ali\u200bce', 'ali\\u{200b}ce'],
  ['a byte order mark', '\ufeffalice', '\\u{feff}alice'],
  ['a line end', 'a\nb', 'a\\u{a}b'],
  ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['a paragraph separator', 'a\u2029b', 'a\\u{2029}b'],
  ['an escape', 'a\u001b[2Jb', 'a\\u{1b}[2Jb'],
  ['a control of C1', 'a\u009b2Jb', 'a\\u{9b}2Jb'],
  ['a no-break space', 'a\u00a0b', 'a\\u{a0}b'],
  ['an ideographic space', 'a\u3000b', 'a\\u{3000}b'],
  ['a Hangul filler, a letter that is blank', 'a\u3164b', 'a\\u{3164}b'],
  ['a blank of Braille', 'a\u2800b', 'a\\u{2800}b'],
  ['a variation selector', 'a\ufe0fb', 'a\\u{fe0f}b'],
  ['a tag character', 'a\u{e0041}b', 'a\\u{e0041}b'],
  ['half a surrogate pair', 'a\ud800b', 'a\\u{d800}b'],
  ['a private character', 'a\ue000b', 'a\\u{e000}b'],
  ['a run of spaces', `a${' '.repeat(300)}b`, 'a b'],
];

describe('text of a bundle as it is shown', () => {
  it.each(ESCAPED)('CRL-18: %s cannot make it look like another text', (_what, text, shown) => {
    expect(shownText(text)).toBe(shown);
  });

  it.each([
    ['printable ASCII', 'C=JP, O=Example \\, Inc., CN=TSA (1) ~'],
    ['Japanese', 'O=セコムトラストシステムズ株式会社'],
    ['a mark and a supplementary letter', 'が 𠮷野'],
  ])('CRL-18: %s is shown as it is', (_what, text) => {
    expect(shownText(text)).toBe(text);
  });

  it('CRL-18: in the name of a person a letter of another script is told apart', () => {
    expect(shownName('al\u0456ce')).toBe('al\\u{456}ce');
    expect(shownName('alice  A.')).toBe('alice A.');
  });
});
