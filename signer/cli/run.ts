import { ok, type Result } from '../../shared/result.ts';
import { parseArguments } from './arguments.ts';
import {
  type Answer,
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { COMMANDS } from './commands.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { commandHelp, exitCodeHelp, overviewHelp, reasonHelp } from './help.ts';
import { nearest } from './nearest.ts';

/**
 * One command line from its words to its exit code (`inkan help exit-codes`). Standard output has
 * the answer and nothing else; what went wrong is one line on standard error. Never rejects.
 */
export async function runCLI(argv: readonly string[], world: CLIWorld): Promise<ExitCode> {
  const json = argv.includes('--json');
  try {
    const outcome = await runArguments(argv, world);
    if (!outcome.ok) return fail(outcome.error, json, world);
    const { exit, json: value, text } = outcome.value;
    world.stdout.write(json ? `${JSON.stringify(value)}\n` : `${printable(text)}\n`);
    return exit;
  } catch (error) {
    if (error instanceof Interrupted) return EXIT.interrupted;
    return fail(bug(error, world), json, world);
  }
}

async function runArguments(
  argv: readonly string[],
  world: CLIWorld,
): Promise<Result<Answer, Failure>> {
  const [first, ...rest] = argv;
  if (first === undefined) return usageFailure('no command', 'see `inkan help`');
  if (first === '--version') return said(world.version, { version: world.version });
  if (first === 'help' || first === '--help' || first === '-h') return help(rest);
  const command = commandNamed(argv);
  if (command === undefined) return unknownCommand(argv);
  const args = parseArguments(command, argv.slice(command.name.split(' ').length));
  if (!args.ok) return args;
  if (args.value.has('help')) return saidHelp(commandHelp(command));
  const running = command.run(args.value, world);
  return command.endsInOrder === true ? running : untilStopped(running, world.stop);
}

function help(topic: readonly string[]): Result<Answer, Failure> {
  const words = topic.filter((word) => word !== '--json');
  if (words.length === 0) return saidHelp(overviewHelp(COMMANDS));
  if (words[0] === 'exit-codes') return saidHelp(exitCodeHelp());
  if (words[0] === 'reasons') return saidHelp(reasonHelp());
  const command = commandNamed(words);
  if (command !== undefined) return saidHelp(commandHelp(command));
  const group = groupNamed(words[0] ?? '');
  return group.length > 0 ? saidHelp(overviewHelp(group)) : unknownCommand(words);
}

function commandNamed(words: readonly string[]): Command | undefined {
  return COMMANDS.find(({ name }) => name.split(' ').every((word, index) => words[index] === word));
}

function groupNamed(word: string): readonly Command[] {
  return COMMANDS.filter(({ name }) => name.startsWith(`${word} `));
}

function unknownCommand(argv: readonly string[]): Result<Answer, Failure> {
  const [first = '', second = ''] = argv;
  const group = groupNamed(first);
  if (group.length > 0 && (second === '--help' || second === '-h')) {
    return saidHelp(overviewHelp(group));
  }
  if (first.startsWith('-'))
    return usageFailure(`${first} comes too early`, 'begin with a command');
  const asked = second === '' || second.startsWith('-') ? first : `${first} ${second}`;
  const names = COMMANDS.map(({ name }) => name);
  if (group.length > 0 && asked === first) {
    const list = group.map(({ name }) => `\`inkan ${name}\``).join(', ');
    return usageFailure(`inkan ${first} needs one more word`, `use ${list}`);
  }
  const hint = nearest(asked, names) ?? nearest(first, names);
  return usageFailure(
    `there is no command ${asked}`,
    hint === undefined ? 'see `inkan help`' : `did you mean \`inkan ${hint}\`?`,
  );
}

class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Leaves the command where it is: the process ends, and the signer finishes what it was asked. */
function untilStopped(running: Outcome, stop: AbortSignal): Outcome {
  const stopped = new Promise<never>((_resolve, reject) => {
    const leave = (): void => reject(new Interrupted());
    if (stop.aborted) leave();
    else stop.addEventListener('abort', leave, { once: true });
  });
  return Promise.race([running, stopped]);
}

function fail(failure: Failure, json: boolean, { stderr }: CLIWorld): ExitCode {
  const { exit, facts, lines = [], ...error } = failure;
  const told = json
    ? [JSON.stringify({ error: { ...facts, ...error } })]
    : [`inkan: ${oneLine(sentences(error))}`, ...lines.map((line) => `  ${oneLine(line)}`)];
  for (const line of told) stderr.write(`${line}\n`);
  return exit;
}

/** A remedy that the signer gave is a sentence of its own. */
function sentences({ message, remedy }: Pick<Failure, 'message' | 'remedy'>): string {
  return /^[A-Z][a-z]/.test(remedy) ? `${message}. ${remedy}` : `${message}; ${remedy}`;
}

function bug(error: unknown, { environment }: CLIWorld): Failure {
  const shown = error instanceof Error ? error : new Error('a value that is no Error was thrown');
  const message = environment['INKAN_DEBUG'] ? (shown.stack ?? shown.message) : shown.message;
  return {
    exit: EXIT.bug,
    code: 'bug',
    message: `this is a bug in inkan: ${message}`,
    remedy: 'run it again with INKAN_DEBUG=1 and report what it says',
  };
}

/** A subject may hold what moves the cursor; a terminal gets lines of text only. */
function printable(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, '?');
}

/** Nothing that came over the network or from a file moves the cursor or starts a line. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

function saidHelp(text: string): Result<Answer, Failure> {
  return said(text, { help: text });
}

function said(text: string, json: unknown): Result<Answer, Failure> {
  return ok({ exit: EXIT.ok, text, json });
}
