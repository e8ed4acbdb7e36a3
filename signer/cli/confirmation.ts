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

export const CONFIRM_OPTION: OptionSpec = {
  name: 'confirm',
  value: 'SHA256',
  description: 'Instead of typing: the whole request sha-256 that you have compared',
};

/** Enough to have been compared, few enough to be typed. */
const DIGITS_TYPED = 8;

/** Whether somebody gave the hash that is shown: whole with `--confirm`, or its beginning when asked. */
export async function askConfirmation(
  args: ParsedArguments,
  world: CLIWorld,
  sha256: string,
): Promise<boolean> {
  const given = args.option('confirm')?.toLowerCase();
  if (given !== undefined) return given === sha256;
  world.stderr.write(`Type the first ${DIGITS_TYPED} digits of the request sha-256 you compared: `);
  const typed = (await firstLine(world.stdin)).toLowerCase().replace(/\s/g, '');
  return typed.length >= DIGITS_TYPED && sha256.startsWith(typed);
}

/** What standard input is besides an iterable when it is a real one. */
type Listenable = Pick<NodeJS.ReadStream, 'on' | 'off' | 'resume' | 'pause'>;

const LINE_MOST = 1_000;

/**
 * The first line of standard input, as far as 1,000 octets. The stream stays usable: a PIN may be asked for
 * on the same terminal afterwards, so it is neither iterated (that would destroy it) nor left flowing.
 */
export function firstLine(input: AsyncIterable<Uint8Array>): Promise<string> {
  return isListenable(input) ? lineFromEvents(input) : lineFromParts(input);
}

function isListenable(input: object): input is Listenable {
  return 'on' in input && 'off' in input && 'resume' in input && 'pause' in input;
}

function lineFromEvents(input: Listenable): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const finish = (): void => {
      input.off('data', take);
      input.off('end', finish);
      input.pause();
      resolve(text.split('\n', 1)[0] ?? '');
    };
    const take = (part: Uint8Array): void => {
      text += Buffer.from(part).toString('latin1');
      if (text.includes('\n') || text.length > LINE_MOST) finish();
    };
    input.on('data', take);
    input.on('end', finish);
    input.resume();
  });
}

async function lineFromParts(input: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const part of input) {
    text += Buffer.from(part).toString('latin1');
    if (text.includes('\n') || text.length > LINE_MOST) break;
  }
  return text.split('\n', 1)[0] ?? '';
}
