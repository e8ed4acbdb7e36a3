import { joinPolicies, policyText } from '../../shared/policy/policy-file.ts';
import { type PolicyValue, policyValues } from '../../shared/policy/policy-values.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { readConfig } from '../config.ts';
import { answered } from './answers.ts';
import type { CLIWorld, Command, Failure, Outcome } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom, STATE_OPTION, stateDirectory } from './paths.ts';
import { type ReadPolicy, readPolicyAt } from './policy-file.ts';
import { startFailure } from './start-failure.ts';

export const POLICY_SHOW: Command = {
  name: 'policy show',
  summary: 'Show every value of a policy with the clause that asks for it',
  operands: [],
  options: [
    { name: 'file', value: 'FILE', description: 'This file, instead of those of the state' },
    STATE_OPTION,
  ],
  notes: [
    'Reads the files as they are now; a signer that runs has read them at its start. Several files of one state are checked together.',
  ],
  examples: [
    'inkan policy show',
    'inkan policy show --file policy.json',
    "inkan policy show --json | jq -r '.values[] | [.pointer, .source] | @tsv'",
  ],
  run: showPolicy,
};

async function showPolicy(args: ParsedArguments, world: CLIWorld): Outcome {
  const files = policyFiles(args, world);
  if (!files.ok) return files;
  const read: (ReadPolicy & { readonly file: string })[] = [];
  for (const file of files.value) {
    const one = await readPolicyAt(file);
    if (!one.ok) return one;
    read.push({ ...one.value, file });
  }
  const [first, ...others] = read.map(({ policy }) => policy);
  const joined = first && joinPolicies(first, ...others);
  if (!joined?.ok) return err(clash(joined?.error));
  const values = read.flatMap(({ file, json }) =>
    policyValues(json).map((value) => ({ ...value, file })),
  );
  const json = { policy: policyText(joined.value), files: files.value, values };
  const lines = read.flatMap(({ file, json: text, policy }) => [
    `${policy.name} ${policy.version}  ${file}`,
    ...policyValues(text).filter(isContent).map(line),
  ]);
  return answered(json, lines);
}

/** The heading has name and version. */
function isContent({ pointer }: PolicyValue): boolean {
  return pointer.split('/').length > 2;
}

function line({ pointer, value, critical, source }: PolicyValue): string {
  const mark = critical === undefined ? '' : critical ? ' critical' : ' not critical';
  const told = `  ${pointer}${mark} = ${JSON.stringify(value)}`;
  return source === null ? told : `${told}\n      ${source}`;
}

function policyFiles(args: ParsedArguments, world: CLIWorld): Result<readonly string[], Failure> {
  const file = args.option('file');
  if (file !== undefined) return ok([pathFrom(file, world)]);
  const config = readConfig(stateDirectory(args, world));
  return config.ok ? ok(config.value.policy) : err(startFailure(config.error, EXIT.usage));
}

function clash(error: { readonly pointer: string; readonly reason: string } | undefined): Failure {
  return {
    exit: EXIT.usage,
    code: 'policy-refused',
    message: `${error?.pointer ?? ''} ${error?.reason ?? 'no file is named'}`.trim(),
    remedy: 'give every authority, profile and file of all policies a name of its own',
  };
}
