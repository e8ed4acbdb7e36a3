/** Markup that is safe to send: only `html` makes it, and it escapes whatever is put into it. */
export interface Html {
  readonly markup: string;
}

export type Content = string | number | Html | readonly Content[];

/** Nothing, where there is nothing to say. */
export const NOTHING: Html = { markup: '' };

/**
 * A template whose values are escaped, for text and for attributes in quotation marks alike; lists
 * are put one after the other. There is no way to put a string in unescaped.
 *
 * Control characters, and those that turn the direction of writing or cannot be seen, are shown by
 * their number: a name of a certificate must not look like another one.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  let markup = parts[0] ?? '';
  values.forEach((value, i) => {
    markup += markupOf(value) + (parts[i + 1] ?? '');
  });
  return { markup };
}

function markupOf(value: Content): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeText(value);
  if ('markup' in value) return value.markup;
  return value.map(markupOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const SPECIAL = /[&<>"'\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

export function escapeText(text: string): string {
  return text.replace(SPECIAL, (character) => ENTITIES[character] ?? visible(character));
}

/** `U+202E` in brackets. A line end or a tab of our own templates never comes here. */
function visible(character: string): string {
  const number = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `[U+${number.padStart(4, '0')}]`;
}
