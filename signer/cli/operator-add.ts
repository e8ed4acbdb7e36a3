import { base64FromBytes } from '../../shared/bytes.ts';
import { ROLES } from '../../shared/policy/roles.ts';
import { ok, type Result } from '../../shared/result.ts';
import { answered } from './answers.ts';
import { ask, segment } from './ask.ts';
import { readCertificate } from './certificate-file.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type OptionSpec,
  type Outcome,
  usageFailure,
} from './command.ts';
import { personNameFrom, rolesFrom } from './named-operators.ts';
import { operatorView } from './operator-decoders.ts';
import { newestKey, operatorLines } from './operator-text.ts';
import { newFilePossible, writeNewFile } from './output-file.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { PROFILE_OPTIONS } from './profile.ts';
import { readRequest } from './request-file.ts';

const ROLES_OPTION: OptionSpec = {
  name: 'roles',
  value: 'ROLE,ROLE',
  description: `Some of ${ROLES.join(', ')}`,
  required: true,
};

/** Where the key of a person comes from; connections of these commands are by profile, for `--certificate` is the person's. */
const KEY_OPTIONS: readonly OptionSpec[] = [
  { name: 'request', value: 'FILE', description: "The person's PKCS#10 request, PEM or DER" },
  {
    name: 'out',
    value: 'FILE',
    description: 'With --request: write the certificate to this new file',
  },
  {
    name: 'certificate',
    value: 'FILE',
    description: 'Instead of --request: a certificate that the operator CA signed elsewhere',
  },
];

export const OPERATOR_ADD: Command = {
  name: 'operator add',
  summary: 'Let a person act: name, roles and key go on record',
  operands: ['NAME'],
  options: [ROLES_OPTION, ...KEY_OPTIONS, ...PROFILE_OPTIONS],
  notes: [
    'The person makes the request on a machine of their own with `inkan operator request`; compare the key SHA-256 that it prints with what this prints. Nothing of the request but the key is taken over.',
    'An auditor reads everything, changes nothing and has no other role. Who may do what: docs/operations.md.',
  ],
  examples: [
    'inkan operator add dave --roles registration-officer --request dave.csr --out dave.pem',
    'inkan operator add erin --roles auditor --certificate erin.pem',
  ],
  run: add,
};

export const OPERATOR_RENEW: Command = {
  name: 'operator renew',
  summary: 'Give a person on record another key, with the same roles',
  operands: ['NAME'],
  options: [
    ...KEY_OPTIONS,
    { name: 'keep', description: 'The keys of before go on until they end or are revoked' },
    { name: 'end-old', description: 'The keys of before are revoked in the same act' },
    ...PROFILE_OPTIONS,
  ],
  notes: [
    'Say --keep or --end-old. With --keep there is time to try the new certificate; revoke the old key afterwards.',
    'Also for somebody whose keys have ended, are revoked or are lost.',
  ],
  examples: [
    'inkan operator renew dave --request dave-2.csr --out dave-2.pem --keep',
    'inkan operator renew dave --request dave-2.csr --out dave-2.pem --end-old',
  ],
  run: renew,
};

async function add(args: ParsedArguments, world: CLIWorld): Outcome {
  const person = personNameFrom(args.operand(0), 'NAME');
  if (!person.ok) return person;
  const roles = rolesFrom(args.required('roles'), '--roles');
  if (!roles.ok) return roles;
  const said = { person: person.value, roles: roles.value };
  return withKey(args, world, '/v1/operators', said);
}

async function renew(args: ParsedArguments, world: CLIWorld): Outcome {
  if (args.has('keep') === args.has('end-old'))
    return usageFailure('what becomes of the old keys is not said', 'give --keep or --end-old');
  const path = `/v1/operators/${segment(args.operand(0))}/keys`;
  return withKey(args, world, path, { oldKeys: args.has('keep') ? 'keep' : 'end' });
}

/** The certificate is written where it was asked for; it is on record anyway, and `operator show` has it. */
async function withKey(
  args: ParsedArguments,
  world: CLIWorld,
  path: string,
  said: object,
): Outcome {
  const key = await keyFrom(args, world);
  if (!key.ok) return key;
  const out = args.option('out');
  if (out !== undefined && args.has('certificate'))
    return usageFailure('--out is for --request', 'you have the certificate already');
  const file = out === undefined ? undefined : pathFrom(out, world);
  const possible = file === undefined ? ok(undefined) : await newFilePossible(file);
  if (!possible.ok) return possible;
  const body = { ...said, ...key.value };
  const asked = { method: 'POST', path, body } as const;
  const done = await ask(args.without('certificate'), world, asked, operatorView);
  if (!done.ok) return done;
  const lines = operatorLines(done.value);
  if (file === undefined) return answered(done.value, lines);
  const written = await writeNewFile(file, newestKey(done.value)?.certificate ?? '');
  return written.ok ? answered(done.value, [...lines, `written to ${file}`]) : written;
}

async function keyFrom(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<Result<{ readonly request: string } | { readonly certificate: string }, Failure>> {
  const request = args.option('request');
  const certificate = args.option('certificate');
  if (request !== undefined && certificate === undefined) {
    const der = await readRequest(request, world);
    return der.ok ? ok({ request: base64FromBytes(der.value) }) : der;
  }
  if (certificate !== undefined && request === undefined) {
    const der = await readCertificate(certificate, world);
    return der.ok ? ok({ certificate: base64FromBytes(der.value) }) : der;
  }
  return usageFailure(
    "the person's key is missing",
    'give --request or --certificate, one of them',
  );
}
