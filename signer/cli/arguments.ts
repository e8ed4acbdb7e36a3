import { parseArgs } from 'node:util';
import { ok, type Result } from '../../shared/result.ts';
import { type Command, type Failure, type OptionSpec, usageFailure } from './command.ts';
import { nearest } from './nearest.ts';
import { ParsedArguments } from './parsed-arguments.ts';

/** Options that every command takes. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  { name: 'json', description: 'Write exactly one JSON document to standard output' },
  { name: 'help', description: 'Show this help' },
];

/**
 * Reads what follows the command's words. Refuses unknown options, an option given twice, a value
 * that is missing or not one of the choices, and operands that are missing or too many. With
 * `--help` nothing is missing.
 */
export function parseArguments(
  command: Command,
  argv: readonly string[],
): Result<ParsedArguments, Failure> {
  const options = [...command.options, ...COMMON_OPTIONS];
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    options: {
      ...Object.fromEntries(
        options.map(({ name, value }) => [
          name,
          { type: value === undefined ? 'boolean' : 'string', multiple: true } as const,
        ]),
      ),
      help: { type: 'boolean', short: 'h', multiple: true },
    },
  });
  const values = new Map<string, string>();
  const lists = new Map<string, string[]>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const read = readOption(command, options, token, values, lists);
    if (!read.ok) return read;
  }
  if (values.has('help')) return ok(new ParsedArguments(operands, values));
  return complete(command, operands, values, lists);
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function readOption(
  command: Command,
  options: readonly OptionSpec[],
  token: OptionToken,
  values: Map<string, string>,
  lists: Map<string, string[]>,
): Result<void, Failure> {
  const spec = options.find(({ name }) => name === token.name);
  if (spec === undefined) return unknownOption(command, options, token);
  const name = `--${spec.name}`;
  if (values.has(spec.name) && !spec.repeatable)
    return usageFailure(`${name} is given twice`, 'give it once');
  if (spec.value === undefined) {
    if (token.value !== undefined) return usageFailure(`${name} takes no value`, `write ${name}`);
    values.set(spec.name, '');
    return ok(undefined);
  }
  const value = token.value ?? '';
  if (value === '' || (value.startsWith('-') && value !== '-' && !token.inlineValue)) {
    return usageFailure(`${name} has no value`, `write ${name} ${spec.value}`);
  }
  if (spec.choices !== undefined && !spec.choices.includes(value)) {
    return usageFailure(`${name} cannot be ${value}`, `give one of ${spec.choices.join(', ')}`);
  }
  values.set(spec.name, value);
  if (spec.repeatable) lists.set(spec.name, [...(lists.get(spec.name) ?? []), value]);
  return ok(undefined);
}

function unknownOption(
  command: Command,
  options: readonly OptionSpec[],
  token: OptionToken,
): Result<never, Failure> {
  const hint = nearest(
    token.name,
    options.map(({ name }) => name),
  );
  return usageFailure(
    `inkan ${command.name} has no option ${token.rawName}`,
    hint === undefined ? `see \`inkan ${command.name} --help\`` : `did you mean --${hint}?`,
  );
}

function complete(
  command: Command,
  operands: readonly string[],
  values: ReadonlyMap<string, string>,
  lists: ReadonlyMap<string, readonly string[]>,
): Result<ParsedArguments, Failure> {
  const help = `see \`inkan ${command.name} --help\``;
  const missing = command.operands[operands.length];
  if (missing !== undefined) return usageFailure(`${missing} is missing`, help);
  const extra = operands[command.operands.length];
  if (extra !== undefined) return usageFailure(`${extra} is one argument too many`, help);
  for (const { name, required, choices } of command.options) {
    if (required === undefined || values.has(name)) continue;
    const remedy = choices === undefined ? help : `choose one of ${choices.join(', ')} (${help})`;
    return usageFailure(`--${name} is missing`, remedy);
  }
  return ok(new ParsedArguments(operands, values, lists));
}
