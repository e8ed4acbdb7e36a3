import { answered, factLines } from './answers.ts';
import type { CLIWorld, Command, Outcome } from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { readPolicyAt } from './policy-file.ts';

export const POLICY_CHECK: Command = {
  name: 'policy check',
  summary: 'Check a policy file: its form, its contradictions, and the rules it must keep',
  operands: ['FILE'],
  options: [],
  notes: [
    'Reads the file alone; no signer is asked. What is wrong is told with its place in the file (a JSON pointer), the reason and the clause; with --json each finding by itself.',
  ],
  examples: ['inkan policy check policy.json', 'inkan policy check policy.json --json'],
  run: checkPolicy,
};

async function checkPolicy(args: ParsedArguments, world: CLIWorld): Outcome {
  const path = pathFrom(args.operand(0), world);
  const read = await readPolicyAt(path);
  if (!read.ok) return read;
  const { name, version, authorities, profiles } = read.value.policy;
  const found = {
    file: path,
    policy: name,
    version,
    authorities: [...authorities].map(([authority, { scope, custody }]) => ({
      name: authority,
      scope: scope?.value ?? null,
      custody: custody.value,
    })),
    profiles: [...profiles.keys()],
  };
  const lines = factLines([
    ['policy', `${name} ${version}`],
    ...found.authorities.map(
      (authority) =>
        [
          `authority ${authority.name}`,
          `${authority.custody} key, ${authority.scope ?? 'no'} scope`,
        ] as const,
    ),
    ['profiles', found.profiles.join(', ')],
    ['result', 'may be used'],
  ]);
  return answered(found, lines);
}
