import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../support/requirement-rules.ts';
import { requirementsDocument, rulesWithoutTest } from '../../support/requirements.ts';

const REPOSITORY = join(import.meta.dirname, '../../..');

describe('docs/requirements.md', () => {
  it('CP 8.4: the matrix is what the rules, the files and the test names say', () => {
    const written = readFileSync(join(REPOSITORY, 'docs/requirements.md'), 'utf8');
    expect(written, 'run `npm run requirements`').toBe(requirementsDocument());
  });

  it('CP 8.4: every file that the matrix names exists', () => {
    const missing = RULES.flatMap(({ files }) => files).filter(
      (file) => !existsSync(join(REPOSITORY, file)),
    );
    expect(missing).toEqual([]);
  });

  it('CP 8.4: every rule that claims a file has a test that names it', () => {
    expect(rulesWithoutTest()).toEqual([]);
  });
});
