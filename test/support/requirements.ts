import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { RULES } from './requirement-rules.ts';

/**
 * Writes docs/requirements.md: each rule, the file that keeps it and the tests that carry its id in
 * their names. `npm run requirements` writes it anew; a test compares it with the tree.
 */

const TEST = join(import.meta.dirname, '..');

interface NamedTest {
  readonly file: string;
  readonly ids: readonly string[];
  readonly name: string;
}

const ID =
  /\b(?:REQ|RSP|HTTP|CRL|CRT|CSR|OPS|CON)-\d+(?: to (?:REQ|RSP|HTTP|CRL|CRT|CSR|OPS|CON)-\d+)?/g;
/** A string that begins with ids and a colon: the name of a test or of a row of its table. */
const TITLE =
  /(['"`])((?:(?:REQ|RSP|HTTP|CRL|CRT|CSR|OPS|CON)-\d+|CP|CSBR|RFC \d+)[^'"`:\n]{0,60}): ([^\n]*?[^\\])\1/g;

/** A row of a table whose test is named `%s: %s …`. */
const ROW = /\[\s*'((?:REQ|RSP|HTTP|CRL|CRT|CSR|OPS|CON)-\d+)',\s*'([^'\n]+)'/g;

function expand(id: string): readonly string[] {
  const range = /^([A-Z]+)-(\d+) to [A-Z]+-(\d+)$/.exec(id);
  if (!range) return [id];
  const [, kind, from, to] = range;
  return Array.from(
    { length: Number(to) - Number(from) + 1 },
    (_, i) => `${kind}-${Number(from) + i}`,
  );
}

function testFiles(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .sort();
}

function namedTests(): readonly NamedTest[] {
  return testFiles(TEST).flatMap((path) => {
    const text = readFileSync(join(TEST, path), 'utf8');
    const titles = [...text.matchAll(TITLE)].map(
      ([, , source = '', sentence = '']) => [source, sentence] as const,
    );
    const rows = [...text.matchAll(ROW)].map(
      ([, source = '', what = '']) => [source, what] as const,
    );
    return [...titles, ...rows].map(([source, sentence]) => ({
      file: `test/${relative('.', path)}`,
      ids: [...source.matchAll(ID)].flatMap(([id]) => expand(id)),
      name: `${source}: ${sentence.replaceAll('\\', '')}`,
    }));
  });
}

/** Rules that claim a file, but that no test names. */
export function rulesWithoutTest(): readonly string[] {
  const proved = new Set(namedTests().flatMap(({ ids }) => ids));
  return RULES.filter(({ files, id }) => files.length > 0 && !proved.has(id)).map(({ id }) => id);
}

export function requirementsDocument(): string {
  const tests = namedTests();
  const lines = RULES.map(({ id, what, files, note }) => {
    const proofs = tests
      .filter(({ ids }) => ids.includes(id))
      .map(({ file, name }) => `${file}: ${name}`);
    const shown = proofs.slice(0, 3).map((proof) => proof.replaceAll('|', '\\|'));
    const more = proofs.length > 3 ? [`and ${proofs.length - 3} more`] : [];
    const where =
      files.length > 0 ? files.map((file) => `\`${file}\``).join('<br>') : (note ?? 'not yet');
    return `| ${id} | ${what} | ${where} | ${[...shown, ...more].join('<br>')} |`;
  });
  return `${HEAD}${lines.join('\n')}\n`;
}

const HEAD = `# Requirements

Each rule of the certificate policy 5.08, the CSBR and the RFCs by its id, the file that keeps it, and the tests that name it.
Written by \`npm run requirements\`; a test fails when a listed file or test is not there, or when a rule that claims a file has
no test. What is marked "not yet" is not done; "people" means that no machine can do it.

| rule | what it asks | kept in | shown by |
| --- | --- | --- | --- |
`;
