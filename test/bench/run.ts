// npm run bench [section …] [-- --json FILE] [--strict]
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { edge } from './edge.ts';
import { type Figure, isMissed, type Section, table } from './figure.ts';
import { packed } from './packed.ts';
import { presign } from './presign.ts';
import { revoke } from './revoke.ts';

const SECTIONS: readonly Section[] = [edge, presign, packed, revoke];

const HELP = `npm run bench: measures, each figure against a reference of the same run.

Usage: npm run bench [section …] [-- OPTIONS]
${SECTIONS.map(({ name, what }) => `  ${name.padEnd(14)} ${what}`).join('\n')}
Without a section all of them run, in about four minutes.

  --json FILE    writes the figures as one flat JSON object, key to number
  --strict       exit code 1 when a bound is missed (else 0, and the table says so)
  --help

Exit codes: 0 measured, 1 could not be measured (or --strict), 2 wrong arguments.
Examples:
  npm run bench
  npm run bench edge revoke
  npm run bench presign -- --json figures.json
`;

interface Plan {
  readonly sections: readonly Section[];
  readonly json: string | undefined;
  readonly strict: boolean;
}

/** A text is what to print instead: help, or what is wrong. */
function planned(
  args: readonly string[],
): Plan | { readonly say: string; readonly status: number } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        strict: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return { say: HELP, status: 0 };
    const unknown = positionals.filter(
      (name) => !SECTIONS.some((section) => section.name === name),
    );
    if (unknown.length > 0) {
      const known = SECTIONS.map(({ name }) => name).join(', ');
      return { say: `no section ${unknown.join(', ')}; there are ${known}\n`, status: 2 };
    }
    const sections = SECTIONS.filter(
      ({ name }) => positionals.length === 0 || positionals.includes(name),
    );
    return { sections, json: values.json, strict: values.strict === true };
  } catch (error) {
    return { say: `${error instanceof Error ? error.message : String(error)}\n`, status: 2 };
  }
}

async function measure({ sections, json, strict }: Plan): Promise<number> {
  const figures: Figure[] = [];
  let failures = 0;
  for (const { name, run } of sections) {
    const began = performance.now();
    try {
      figures.push(...(await run((line) => process.stderr.write(`${name}: ${line}\n`))));
    } catch (error) {
      failures += 1;
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`${name}: could not be measured: ${reason}\n`);
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    process.stderr.write(`${name}: ${seconds} s\n`);
  }
  process.stdout.write(`${table(figures)}\n`);
  const missed = figures.filter(isMissed).map(({ key }) => key);
  if (missed.length > 0) process.stdout.write(`\nBounds missed: ${missed.join(', ')}\n`);
  if (json !== undefined) {
    const flat = Object.fromEntries(figures.map(({ key, value }) => [key, value]));
    writeFileSync(json, `${JSON.stringify(flat, null, 2)}\n`);
  }
  return failures > 0 || (strict && missed.length > 0) ? 1 : 0;
}

const plan = planned(process.argv.slice(2));
if ('say' in plan) {
  (plan.status === 0 ? process.stdout : process.stderr).write(plan.say);
  process.exitCode = plan.status;
} else {
  process.exitCode = await measure(plan);
}
