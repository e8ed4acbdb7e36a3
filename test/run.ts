// npm test [-- unit|worker|edge|fuzz|e2e|hostile|fault|lint|types|imports|bundle|path…] [vitest option…]
// npm run check: the static steps only.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { REPOSITORY, runTool, stopWithTool } from './static/program.ts';
import { STATIC_STEPS, type StaticStep } from './static/steps.ts';
import { closingLine, sum, type Tally, type TestReport, tallyOfTests } from './static/tally.ts';

const PROJECTS = ['unit', 'worker', 'edge', 'fuzz', 'e2e', 'hostile', 'fault'];
const REPORT = join(REPOSITORY, '.build/test-report.json');

interface Plan {
  readonly steps: readonly StaticStep[];
  /** Arguments for vitest, or undefined if no test shall run. */
  readonly tests: readonly string[] | undefined;
}

stopWithTool('SIGINT', constants.signals.SIGINT);
stopWithTool('SIGTERM', constants.signals.SIGTERM);
process.exitCode = await main(planned(process.argv.slice(2)));

function planned(args: readonly string[]): Plan {
  if (args.includes('--static')) return { steps: STATIC_STEPS, tests: undefined };
  const firstOption = args.findIndex((arg) => arg.startsWith('-'));
  const words = firstOption < 0 ? args : args.slice(0, firstOption);
  const options = firstOption < 0 ? [] : args.slice(firstOption);
  if (words.length === 0) return { steps: options.length > 0 ? [] : STATIC_STEPS, tests: options };
  const steps = STATIC_STEPS.filter(({ name }) => words.includes(name));
  const projects = words.filter((word) => PROJECTS.includes(word));
  const paths = words.filter(
    (word) => !PROJECTS.includes(word) && !steps.some(({ name }) => name === word),
  );
  if (projects.length + paths.length === 0) return { steps, tests: undefined };
  const chosen = projects.map((name) => `--project=${name}`);
  return { steps, tests: [...chosen, ...options, ...paths] };
}

async function main({ steps, tests }: Plan): Promise<number> {
  const tallies: Tally[] = [];
  for (const step of steps) tallies.push(await runStep(step));
  const tested = tests === undefined ? undefined : await runTests(tests);
  if (tested !== undefined) tallies.push(tested);
  const total = sum(tallies);
  const complaints = skippedUnderCI(total);
  print([...complaints, closingLine(total)].join('\n'));
  return total.failed > 0 || complaints.length > 0 ? 1 : 0;
}

async function runStep({ what, run }: StaticStep): Promise<Tally> {
  const started = performance.now();
  const end = await run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if ('failure' in end) {
    print(`FAILED  ${what} (${seconds} s)\n${end.failure.replaceAll(/^/gm, '    ')}`);
    return { passed: 0, failed: 1, skipped: [] };
  }
  print(`ok      ${what} (${seconds} s)${end.remark === undefined ? '' : `: ${end.remark}`}`);
  return { passed: 1, failed: 0, skipped: [] };
}

async function runTests(args: readonly string[]): Promise<Tally> {
  mkdirSync(dirname(REPORT), { recursive: true });
  rmSync(REPORT, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const { status } = await runTool(
    'vitest',
    ['run', '--config', 'test/vitest.config.ts', ...reporters, ...args],
    { show: true },
  );
  const tally = tallyOfTests(readReport(), status);
  if (tally.passed + tally.failed > 0) return tally;
  print('FAILED  no test ran');
  return { ...tally, failed: 1 };
}

function readReport(): TestReport | undefined {
  return existsSync(REPORT) ? JSON.parse(readFileSync(REPORT, 'utf8')) : undefined;
}

function skippedUnderCI({ skipped }: Tally): readonly string[] {
  if (skipped.length === 0 || ['', '0', 'false'].includes(process.env['CI'] ?? '')) return [];
  return ['FAILED  under CI nothing may be skipped:', ...skipped.map((name) => `    ${name}`)];
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
