import { describe, expect, it } from 'vitest';
import { closingLine, sum, tallyOfTests } from '../../static/tally.ts';

describe('style 13: the closing line of npm test', () => {
  it('counts passed, failed and skipped tests', () => {
    const tally = tallyOfTests(report('failed', ['passed', 'failed', 'skipped', 'todo']), 1);
    expect(closingLine(tally)).toBe('1 passed, 1 failed, 2 skipped');
  });

  it('says nothing of skipped tests when there are none', () => {
    expect(closingLine(tallyOfTests(report('passed', ['passed']), 0))).toBe('1 passed, 0 failed');
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(tallyOfTests(report('failed', []), 1).failed).toBe(1);
  });

  it('counts an exit code that no test explains as a failure', () => {
    expect(tallyOfTests(report('passed', ['passed']), 1).failed).toBe(1);
  });

  it('counts a missing report as a failure', () => {
    expect(tallyOfTests(undefined, 0).failed).toBe(1);
  });

  it('sums static steps and tests', () => {
    const step = { passed: 1, failed: 0, skipped: [] };
    expect(closingLine(sum([step, step, { passed: 3, failed: 2, skipped: ['a'] }]))).toBe(
      '5 passed, 2 failed, 1 skipped',
    );
  });
});

function report(status: string, statuses: readonly string[]) {
  const assertionResults = statuses.map((each, i) => ({ fullName: `test ${i}`, status: each }));
  return { testResults: [{ name: 'a.test.ts', status, assertionResults }] };
}
