/**
 * Letters, marks, numbers, punctuation and symbols, and the space: what may stand on paper. Not what
 * moves or hides other characters, or is blank itself: controls, bidirectional and zero-width formats,
 * separators, fillers, variation selectors.
 */
const SHOWN = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const BLANK = /^[\p{Default_Ignorable_Code_Point}\u2800]$/u;

/**
 * A text out of a file, as people compare it: one line, one space where there are more, and `\u{…}` with
 * its code point for whatever could make it look like another text. Names may be Japanese.
 */
export function shownText(text: string): string {
  return Array.from(text, (character) =>
    SHOWN.test(character) && !BLANK.test(character) ? character : escaped(character),
  )
    .join('')
    .replace(/ {2,}/g, ' ');
}

/** The same for the name of a person, which has to be compared letter for letter: printable ASCII. */
export function shownName(text: string): string {
  return shownText(text).replace(/[^ -~]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
