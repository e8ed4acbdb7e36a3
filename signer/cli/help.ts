import { COMMON_OPTIONS } from './arguments.ts';
import type { Command, OptionSpec } from './command.ts';
import { EXIT_MEANINGS } from './exit-codes.ts';
import { REASON_MEANINGS } from './reasons.ts';

const WIDTH = 80;

export function commandHelp(command: Command): string {
  const words = [...command.operands, ...command.options.filter(isRequired).map(written)];
  const usage = ['inkan', command.name, ...words, '[options]'].join(' ');
  const sections = [
    command.summary,
    `Usage: ${usage}`,
    ['Options:', table([...command.options, ...COMMON_OPTIONS].map(optionRow))].join('\n'),
    ...command.notes.map((note) => wrapped(note, '')),
    ['Examples:', ...command.examples.map((example) => `  ${example}`)].join('\n'),
  ];
  return sections.join('\n\n');
}

export function overviewHelp(commands: readonly Command[]): string {
  return [
    'inkan: a certificate authority whose answers live at the edge',
    'Usage: inkan COMMAND [arguments] [options]',
    ['Commands:', table(commands.map(({ name, summary }) => [name, summary]))].join('\n'),
    [
      'More:',
      table([
        ['help COMMAND', 'What a command takes, with examples; the same as COMMAND --help'],
        ['help exit-codes', 'What the exit codes mean'],
        ['help reasons', 'What each revocation reason does to tokens already made'],
        ['--version', 'The version'],
      ]),
    ].join('\n'),
  ].join('\n\n');
}

export function exitCodeHelp(): string {
  const note =
    'With --json, standard output holds exactly one JSON document when the exit code is 0, 5, 7 or 8, and nothing otherwise; the error is then one JSON document {"error":{"code","message","remedy"}} on standard error.';
  return [
    'Exit codes',
    table(EXIT_MEANINGS.map(([code, meaning]) => [String(code), meaning])),
    wrapped(note, ''),
  ].join('\n\n');
}

export function reasonHelp(): string {
  return [
    'Reasons for a revocation (CP 7.2.2). There is no default: choose.',
    ...REASON_MEANINGS.map(([name, meaning]) => `${name}\n${wrapped(meaning, '  ')}`),
  ].join('\n\n');
}

function isRequired({ required }: OptionSpec): boolean {
  return required === true;
}

function written({ name, value }: OptionSpec): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function optionRow(option: OptionSpec): readonly [string, string] {
  const choices = option.choices === undefined ? '' : `: ${option.choices.join(', ')}`;
  return [
    written(option),
    `${option.description}${choices}${option.required ? ' (required)' : ''}${option.repeatable ? ' (may be repeated)' : ''}`,
  ];
}

/** Two columns; a long first cell has its second on the next line. */
function table(rows: readonly (readonly [string, string])[]): string {
  const column = Math.min(28, Math.max(...rows.map(([first]) => first.length)) + 2);
  const margin = ' '.repeat(column + 2);
  return rows
    .map(([first, second]) => {
      const text = wrapped(second, margin).slice(margin.length);
      if (first.length + 2 > column) return `  ${first}\n${margin}${text}`;
      return `  ${first.padEnd(column)}${text}`;
    })
    .join('\n');
}

function wrapped(text: string, margin: string): string {
  const lines: string[] = [];
  let line = margin;
  for (const word of text.split(' ')) {
    if (line.length + word.length > WIDTH && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = margin;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join('\n');
}
