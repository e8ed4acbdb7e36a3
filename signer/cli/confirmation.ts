import { err, ok, type Result } from '../../shared/result.ts';
import { type CLIWorld, type Failure, type OptionSpec, usageFailure } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';

export const YES_OPTION: OptionSpec = { name: 'yes', description: 'Do not ask; for scripts' };

/** What cannot be undone is shown, and done only after a `yes`; nothing of it goes to standard output. */
export async function confirmed(
  args: ParsedArguments,
  world: CLIWorld,
  lines: readonly string[],
): Promise<Result<true, Failure>> {
  if (args.has('yes')) return ok(true);
  if (args.has('json')) return usageFailure('--yes is missing', 'with --json nobody is asked');
  world.stderr.write(`${lines.join('\n').replace(/(?!\n)\p{Cc}/gu, '?')}\n\nType yes to go on: `);
  if ((await firstLine(world.stdin)).trim() === 'yes') return ok(true);
  return err({
    exit: EXIT.usage,
    code: 'not-confirmed',
    message: 'not confirmed, nothing was done',
    remedy: 'type yes, or give --yes',
  });
}

const LINE_MOST = 1_000;

async function firstLine(stdin: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const part of stdin) {
    text += Buffer.from(part).toString('utf8');
    if (text.includes('\n') || text.length > LINE_MOST) break;
  }
  return text.split('\n')[0] ?? '';
}
