// npm run fuzz [-- --minutes M --from ROUND]: the fuzz tests again and again, each round with other seeds.
import { constants } from 'node:os';
import { runTool, stopWithTool } from '../static/program.ts';

const HELP = `Usage: npm run fuzz -- [--minutes M] [--from ROUND]

Runs test/fuzz round by round until M minutes are over (default 10) or a round fails. Every round has its
own seeds, so it can be repeated; round 0 is the one of \`npm test\`.

Exit codes: 0 no round failed, 1 one did, 2 wrong usage.

Examples:
  npm run fuzz
  npm run fuzz -- --minutes 480 --from 100`;

stopWithTool('SIGINT', constants.signals.SIGINT);
stopWithTool('SIGTERM', constants.signals.SIGTERM);
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) return say(HELP, 0);
  const options = new Map([
    ['--minutes', 10],
    ['--from', 1],
  ]);
  for (let at = 0; at < args.length; at += 2) {
    const [name = '', value = ''] = args.slice(at, at + 2);
    if (!options.has(name) || !/^\d{1,6}$/.test(value)) return say(HELP, 2);
    options.set(name, Number(value));
  }
  const until = performance.now() + (options.get('--minutes') ?? 0) * 60_000;
  const from = options.get('--from') ?? 1;
  for (let round = from; round === from || performance.now() < until; round++) {
    process.env['INKAN_FUZZ_ROUND'] = String(round);
    const vitest = ['run', '--config', 'test/vitest.config.ts', '--project=fuzz'];
    const { status, output } = await runTool('vitest', vitest);
    if (status !== 0)
      return say(`${output}\nround ${round} failed; again: npm run fuzz -- --from ${round}`, 1);
    say(`round ${round} passed`, 0);
  }
  return 0;
}

function say(text: string, status: number): number {
  process.stdout.write(`${text}\n`);
  return status;
}
