import { CRL_REASON_NAMES } from '../../shared/policy/crl-reasons.ts';
import { ok, type Result } from '../../shared/result.ts';
import { unixSecondsFromISO } from '../../shared/time.ts';
import { CHANNELS } from '../revocation/channels.ts';
import { GROUND_NAMES, GROUNDS } from '../revocation/grounds.ts';
import { answered, factLines } from './answers.ts';
import { ask } from './ask.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { REASON_MEANINGS } from './reasons.ts';
import { requestFacts } from './revocation-text.ts';
import { revocationRequestView } from './revocation-view-decoders.ts';
import { readSerialNumber } from './serial-argument.ts';

export const REVOCATION_NEW: Command = {
  name: 'revocation new',
  summary: 'Put a request for a revocation into the register; nothing is revoked yet',
  operands: [],
  options: [
    { name: 'serial', value: 'SERIAL', description: 'The certificate' },
    {
      name: 'authority',
      value: 'A',
      description: 'Its issuer, where two issued this serial number',
    },
    {
      name: 'all-of',
      value: 'A',
      description: 'Instead of --serial: this authority and every certificate below it',
    },
    {
      name: 'reason',
      value: 'REASON',
      description: 'What CRL and OCSP will say; there is no default',
      required: true,
      choices: CRL_REASON_NAMES,
    },
    {
      name: 'ground',
      value: 'GROUND',
      description: 'What happened (CSBR 4.9.1); it sets the deadline',
      required: true,
      choices: GROUND_NAMES,
    },
    {
      name: 'requested-by',
      value: 'WHO',
      description: 'Who asks: person and organisation',
      required: true,
    },
    {
      name: 'channel',
      value: 'HOW',
      description: 'How it came in: by post, by e-mail if it cannot wait (CP 4.9.3), …',
      required: true,
      choices: CHANNELS,
    },
    { name: 'description', value: 'TEXT', description: 'The problem', required: true },
    {
      name: 'verified',
      value: 'TEXT',
      description: 'How it was verified (CP 3.4); at the latest with the approval',
    },
    { name: 'evidence', value: 'REF', description: 'Where the evidence is kept' },
    { name: 'received', value: 'TIME', description: 'When it came in; default: now' },
    { name: 'wanted', value: 'TIME', description: 'When it is wished for; default: at once' },
    {
      name: 'revocation-date',
      value: 'TIME',
      description: 'Since when, for keyCompromise; default: when it is executed',
    },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'Times are written as 2026-11-23T04:40:09Z. Deadlines run from --received: the investigation begins within 24 hours (OPS-2), the revocation follows within 24 hours or 5 days by its ground, 7 days for a CA (OPS-1).',
    'Reasons:',
    ...REASON_MEANINGS.map(([name, meaning]) => `${name}: ${meaning}`),
    'Grounds:',
    ...GROUND_NAMES.map((name) => `${name}: ${GROUNDS[name].title} (${GROUNDS[name].source}).`),
  ],
  examples: [
    'inkan revocation new --serial 01a2b3 --reason superseded --ground subscriber-request --requested-by "T. Sato, Example KK" --channel post --description "replaced by 01a2b4" --verified "called back" --wanted 2026-12-01T00:00:00Z',
    'inkan revocation new --serial 01a2b3 --reason keyCompromise --revocation-date 2026-11-20T00:00:00Z --ground key-compromise --requested-by "CERT" --channel email --description "key found on a public server"',
    'inkan revocation new --all-of tsa-ca --reason cessationOfOperation --ground service-ended --requested-by "board" --channel ca --description "the service ends" --verified "minutes of 2026-11-20"',
  ],
  run: newRequest,
};

const TIMES = {
  received: 'receivedAt',
  wanted: 'wantedAt',
  'revocation-date': 'revocationDate',
} as const;

const TEXTS = {
  authority: 'authority',
  'all-of': 'allOf',
  verified: 'verification',
  evidence: 'evidence',
} as const;

async function newRequest(args: ParsedArguments, world: CLIWorld): Outcome {
  const body = requestBody(args);
  if (!body.ok) return body;
  const asked = { method: 'POST', path: '/v1/revocation-requests', body: body.value } as const;
  const created = await ask(args, world, asked, revocationRequestView);
  return created.ok ? answered(created.value, factLines(requestFacts(created.value))) : created;
}

function requestBody(args: ParsedArguments): Result<Record<string, string>, Failure> {
  const body: Record<string, string> = {
    reason: args.required('reason'),
    ground: args.required('ground'),
    requestedBy: args.required('requested-by'),
    channel: args.required('channel'),
    description: args.required('description'),
  };
  if (args.has('serial') === args.has('all-of'))
    return usageFailure('what is to be revoked is not clear', 'give --serial or --all-of');
  const serial = args.option('serial');
  if (serial !== undefined) {
    const serialNumber = readSerialNumber(serial);
    if (!serialNumber.ok) return serialNumber;
    body['serialNumber'] = serialNumber.value;
  }
  for (const [option, field] of Object.entries(TEXTS)) {
    const text = args.option(option);
    if (text !== undefined) body[field] = text;
  }
  for (const [option, field] of Object.entries(TIMES)) {
    const time = args.option(option);
    if (time === undefined) continue;
    if (!unixSecondsFromISO(time).ok)
      return usageFailure(`${time} is not a time`, 'write it in UTC as 2026-11-23T04:40:09Z');
    body[field] = time;
  }
  return ok(body);
}
