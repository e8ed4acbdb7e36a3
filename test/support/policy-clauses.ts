import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A clause of the CP as its headings number it. */
export interface PolicyClause {
  readonly clause: string;
  /** As printed, in Japanese. */
  readonly heading: string;
  /** In English, ours. */
  readonly gloss: string;
}

/** Every clause of CP 5.08, chapters 1 to 9, in its order. */
export function policyClauses(): readonly PolicyClause[] {
  return readFileSync(join(import.meta.dirname, 'certificate-policy-5.08.tsv'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [clause = '', heading = '', gloss = ''] = line.split('\t');
      return { clause, heading, gloss };
    });
}
