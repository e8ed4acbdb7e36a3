import { isFilePath } from '../../shared/snapshot/file.ts';
import { type Content, type Html, html, NOTHING } from './html.ts';
import { colons } from './quantities.ts';

const LINE_END = html`
`;

/** What a list of facts has: a name and what is known. Facts that are not known are left out. */
export type Fact = readonly [name: string, value: Content] | undefined;

export function facts(entries: readonly Fact[]): Html {
  const known = entries.filter((entry) => entry !== undefined);
  return html`<dl class="facts">${known.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** Lines end between octets, never within one. */
export function hex(octets: string): Html {
  const shown = colons(octets).split(/(?<=:)/);
  return html`<span class="hex">${shown.map((octet) => html`${octet}<wbr>`)}</span>`;
}

/**
 * A link to a file of the snapshot. A path that cannot be one is only shown: `//host/x` in an `href`
 * would be somebody else's.
 */
export function fileLink(path: string, text: string): Html {
  return isFilePath(path) ? html`<a href="${path}">${text}</a>` : html`${text} (${path})`;
}

export function downloads(
  label: string,
  links: readonly (readonly [string, string | undefined])[],
): Html {
  const items = links.map(([text, path]) =>
    path === undefined ? NOTHING : html`<li>${fileLink(path, text)}</li>`,
  );
  return html`<ul class="downloads" aria-label="${label}">${items}</ul>`;
}

/** Commands to copy: one click selects all of them. Lines end between words where they can. */
export function copyLines(commands: readonly string[]): Html {
  const lines = commands.map((command, i) => html`${i > 0 ? LINE_END : NOTHING}${words(command)}`);
  return html`<pre class="copy"><code>${lines}</code></pre>`;
}

function words(command: string): readonly Html[] {
  return command.split(' ').map((word, i) => html`${i > 0 ? ' ' : ''}<span>${word}</span>`);
}
