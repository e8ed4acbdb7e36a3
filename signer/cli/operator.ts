import { ROLES } from '../../shared/policy/roles.ts';
import { ok, type Result } from '../../shared/result.ts';
import { answered } from './answers.ts';
import { ask, segment } from './ask.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type OptionSpec,
  type Outcome,
  usageFailure,
} from './command.ts';
import { rolesFrom } from './named-operators.ts';
import { OPERATOR_ADD, OPERATOR_RENEW } from './operator-add.ts';
import { operatorListView, operatorView } from './operator-decoders.ts';
import { OPERATOR_REQUEST } from './operator-request.ts';
import { operatorLine, operatorLines } from './operator-text.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { CONNECTION_OPTIONS } from './profile.ts';

const LIST: Command = {
  name: 'operator list',
  summary: 'List the people on record, their roles and until when they may act',
  operands: [],
  options: CONNECTION_OPTIONS,
  notes: ['`ended`: the certificate has run out. `inkan status` warns 30 days before.'],
  examples: ['inkan operator list', 'inkan operator list --json'],
  run: list,
};

const SHOW: Command = {
  name: 'operator show',
  summary: 'Show a person, with every key that this person ever had',
  operands: ['NAME'],
  options: CONNECTION_OPTIONS,
  notes: ['With --json also the certificates.'],
  examples: [
    'inkan operator show dave',
    "inkan operator show dave --json | jq -r '.keys[-1].certificate'",
  ],
  run: show,
};

const KEY: OptionSpec = {
  name: 'key-sha256',
  value: 'SHA256',
  description: 'The key, as `inkan operator show` prints it',
};

const REVOKE: Command = {
  name: 'operator revoke',
  summary: 'Shut a person, or one key of a person, out at once',
  operands: ['NAME'],
  options: [
    { ...KEY, description: 'Only this key; default: all of them' },
    { name: 'reason', value: 'TEXT', description: 'Why; it is recorded', required: true },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'Open connections are cut. What the person was doing at that moment may still be finished: see the audit log.',
    'Refused when nobody with the role system-manager or pki-administrator would be left.',
  ],
  examples: [
    'inkan operator revoke dave --reason "left the company"',
    'inkan operator revoke dave --key-sha256 9c1d… --reason "laptop stolen"',
  ],
  run: revoke,
};

const RESTORE: Command = {
  name: 'operator restore',
  summary: 'Take the revocation of a key back',
  operands: ['NAME'],
  options: [{ ...KEY, required: true }, ...CONNECTION_OPTIONS],
  notes: [
    'For a key that was revoked by mistake and that nobody else can have. The person has the roles of today. A lost key is not restored: `inkan operator renew`.',
  ],
  examples: ['inkan operator restore dave --key-sha256 9c1d…'],
  run: restore,
};

const SET_ROLES: Command = {
  name: 'operator roles',
  summary: 'Give a person other roles in place of those of now',
  operands: ['NAME', 'ROLE,ROLE'],
  options: CONNECTION_OPTIONS,
  notes: [`Roles are ${ROLES.join(', ')}. They count from the next request on.`],
  examples: ['inkan operator roles dave registration-officer,system-operator'],
  run: setRoles,
};

/** In the order of the help. */
export const OPERATOR_COMMANDS: readonly Command[] = [
  OPERATOR_REQUEST,
  OPERATOR_ADD,
  LIST,
  SHOW,
  OPERATOR_RENEW,
  REVOKE,
  RESTORE,
  SET_ROLES,
];

async function list(args: ParsedArguments, world: CLIWorld): Outcome {
  const asked = { method: 'GET', path: '/v1/operators' } as const;
  const listed = await ask(args, world, asked, operatorListView);
  if (!listed.ok) return listed;
  return answered(listed.value, listed.value.operators.map(operatorLine));
}

async function show(args: ParsedArguments, world: CLIWorld): Outcome {
  const path = `/v1/operators/${segment(args.operand(0))}`;
  const shown = await ask(args, world, { method: 'GET', path }, operatorView);
  return shown.ok ? answered(shown.value, operatorLines(shown.value)) : shown;
}

async function revoke(args: ParsedArguments, world: CLIWorld): Outcome {
  const key = args.has('key-sha256') ? keyHash(args) : ok(undefined);
  if (!key.ok) return key;
  const spkiSha256 = key.value;
  const body = {
    reason: args.required('reason'),
    ...(spkiSha256 === undefined ? {} : { spkiSha256 }),
  };
  return change(args, world, 'revocation', body);
}

async function restore(args: ParsedArguments, world: CLIWorld): Outcome {
  const key = keyHash(args);
  return key.ok ? change(args, world, 'restoration', { spkiSha256: key.value }) : key;
}

async function setRoles(args: ParsedArguments, world: CLIWorld): Outcome {
  const roles = rolesFrom(args.operand(1), 'ROLE,ROLE');
  return roles.ok ? change(args, world, 'roles', { roles: roles.value }) : roles;
}

/** As people copy it: with colons or spaces, in either case. */
function keyHash(args: ParsedArguments): Result<string, Failure> {
  const sha256 = args.required('key-sha256').replace(/[: ]/g, '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(sha256)) return ok(sha256);
  return usageFailure('--key-sha256 is not a SHA-256', 'give 64 hexadecimal digits');
}

async function change(
  args: ParsedArguments,
  world: CLIWorld,
  what: 'revocation' | 'restoration' | 'roles',
  body: object,
): Outcome {
  const path = `/v1/operators/${segment(args.operand(0))}/${what}`;
  const done = await ask(args, world, { method: 'POST', path, body }, operatorView);
  return done.ok ? answered(done.value, operatorLines(done.value)) : done;
}
