import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { citedClauses } from './cited-clauses.ts';

const TEST = join(import.meta.dirname, '..');

/** A test whose name begins with its sources. */
export interface NamedTest {
  readonly file: string;
  readonly ids: readonly string[];
  /** Clauses of the CP and of the CSBR that it names. */
  readonly clauses: Readonly<Record<'CP' | 'CSBR', readonly string[]>>;
  readonly name: string;
}

const ID =
  /\b(?:REQ|RSP|HTTP|CRL|CRT|CSR|OPS|CON)-\d+(?: to (?:REQ|RSP|HTTP|CRL|CRT|CSR|OPS|CON)-\d+)?/g;
/** A string that begins with ids and a colon: the name of a test or of a row of its table. */
const TITLE =
  /(['"`])((?:(?:REQ|RSP|HTTP|CRL|CRT|CSR|OPS|CON)-\d+|CP|CSBR|RFC \d+)[^'"`:\n]{0,60}): ([^\n]*?[^\\])\1/g;

/** A row of a table whose test is named `%s: %s …`. */
const ROW =
  /\[\s*'((?:REQ|RSP|HTTP|CRL|CRT|CSR|OPS|CON)-\d+|(?:CP|CSBR) [\d., a-z-]+)',\s*'((?!CP |CSBR )[^'\n]+)'/g;

/** A row that begins with its clause, of a table whose test is named `%s: sentence`. */
const CASE = /\[\s*'((?:CP|CSBR) [\d., -]+)',\s*(?!')/g;
const SENTENCE = /'%s: ([^'\n]+)'/g;

/** Source and sentence of such rows, where a file has one such test and so leaves no doubt. */
function casesIn(text: string): readonly (readonly [string, string])[] {
  const [sentence, another] = [...text.matchAll(SENTENCE)].map(([, words = '']) => words);
  if (sentence === undefined || another !== undefined) return [];
  return [...text.matchAll(CASE)].map(([, source = '']) => [source, sentence] as const);
}

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

/** All of them, by file. */
export function namedTests(): readonly NamedTest[] {
  return testFiles(TEST).flatMap((path) => {
    const text = readFileSync(join(TEST, path), 'utf8');
    const titles = [...text.matchAll(TITLE)].map(
      ([, , source = '', sentence = '']) => [source, sentence] as const,
    );
    const rows = [...text.matchAll(ROW)].map(
      ([, source = '', what = '']) => [source, what] as const,
    );
    return [...titles, ...rows, ...casesIn(text)].map(([source, sentence]) => ({
      file: `test/${path}`,
      ids: [...source.matchAll(ID)].flatMap(([id]) => expand(id)),
      clauses: {
        CP: citedClauses('CP', source),
        CSBR: citedClauses('CSBR', source),
      },
      name: `${source}: ${sentence.replaceAll('\\', '')}`,
    }));
  });
}
