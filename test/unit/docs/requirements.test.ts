import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as checks from '../../support/requirement-checks.ts';
import { CP_ANSWERS, CSBR_ANSWERS } from '../../support/requirement-clauses.ts';
import { RESOLUTIONS } from '../../support/requirement-contradictions.ts';
import { RULES } from '../../support/requirement-rules.ts';
import { SOURCES } from '../../support/requirement-sources.ts';
import { requirementsDocument } from '../../support/requirements.ts';

const REPOSITORY = join(import.meta.dirname, '../../..');
const WRITTEN = readFileSync(join(REPOSITORY, 'docs/requirements.md'), 'utf8');

describe('docs/requirements.md', () => {
  it('CP 8.4: the matrix is what the rules, the clauses, the files and the test names say', () => {
    expect(WRITTEN, 'run `npm run requirements`').toBe(requirementsDocument());
  });

  it('CP 8.4: every file that the matrix names exists', () => {
    expect(checks.missingFiles(checks.namedFiles())).toEqual([]);
    expect(checks.missingFiles(['README.md', 'no/such.ts'])).toEqual(['no/such.ts']);
  });

  it('CP 8.4: every rule that claims a file has a test that names it', () => {
    expect(checks.rulesWithoutTest(RULES)).toEqual([]);
    const claimed = { id: `REQ-${1000}`, what: 'no test names it', files: ['README.md'] };
    expect(checks.rulesWithoutTest([claimed])).toEqual([claimed.id]);
  });

  it('CP 8.4: every rule has a source, and every source a rule', () => {
    const sources = Object.keys(SOURCES);
    expect(checks.rulesAndSourcesApart(sources)).toEqual([]);
    expect(checks.rulesAndSourcesApart(sources.slice(1))).toEqual(sources.slice(0, 1));
    expect(checks.unknownRules()).toEqual([]);
  });

  it('CP 8.4: every contradiction is shown by a test or written where it is kept', () => {
    expect(checks.resolutionsUnproved(RESOLUTIONS)).toEqual([]);
    const silent = { id: `CON-${1000}`, what: 'nowhere', files: ['README.md'], shownBy: [] };
    expect(checks.resolutionsUnproved([silent])).toEqual([silent.id]);
  });

  it('CP 8.4: every clause of the CP is answered, for people, or asks nothing', () => {
    expect(checks.unplacedClauses(checks.POLICY)).toEqual([]);
    expect(checks.unplacedClauses([...checks.POLICY, '4.13'])).toEqual(['4.13']);
  });

  it('CP 8.4: no clause is named that the CP does not have', () => {
    expect(checks.unknownClauses(checks.POLICY)).toEqual([]);
    const without = checks.POLICY.filter((clause) => clause !== '4.9.10');
    expect(checks.unknownClauses(without)).toEqual(['4.9.10']);
  });

  it('CP 8.4: what asks nothing has no answer, and a heading has clauses below it', () => {
    expect(checks.clausesAnsweredAndNot()).toEqual([]);
    expect(checks.emptyHeadings(checks.POLICY)).toEqual([]);
    expect(checks.strayCSBRHeadings()).toEqual([]);
  });

  it('CP 8.4: every clause that claims a file has a test that names it or the clause above', () => {
    expect(checks.answersWithoutTest('CP', CP_ANSWERS)).toEqual([]);
    expect(checks.answersWithoutTest('CSBR', CSBR_ANSWERS)).toEqual([]);
    const claimed = { clause: '9.7', files: ['README.md'] };
    expect(checks.answersWithoutTest('CP', [claimed])).toEqual(['9.7']);
  });

  it('CP 8.4: every link of the matrix leads to a row or a heading of it', () => {
    const headings = [...WRITTEN.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    const anchors = [...WRITTEN.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
    const links = [...WRITTEN.matchAll(/\]\(#([^)]+)\)/g)].map(([, target = '']) => target);
    expect(new Set(anchors).size).toBe(anchors.length);
    expect(links.filter((target) => ![...anchors, ...headings].includes(target))).toEqual([]);
    expect(links.length).toBeGreaterThan(100);
  });
});
