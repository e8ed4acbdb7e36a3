import { CRL_REASON_NAMES } from '../../shared/policy/crl-reasons.ts';
import { GROUND_NAMES, GROUNDS } from '../revocation/grounds.ts';
import { REQUEST_STATES } from '../revocation/request-state.ts';
import { answered, factLines } from './answers.ts';
import { ask, queryOf } from './ask.ts';
import { type CLIWorld, type Command, type Outcome, usageFailure } from './command.ts';
import { reasonHelp } from './help.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { REASON_MEANINGS } from './reasons.ts';
import { requestPath } from './revocation-number.ts';
import { deadlineText, requestFacts } from './revocation-text.ts';
import { revocationRequestPage, revocationRequestView } from './revocation-view-decoders.ts';
import { readSerialNumber } from './serial-argument.ts';

export const REVOCATION_SHOW: Command = {
  name: 'revocation show',
  summary: 'Show a request, its deadlines and what came of it',
  operands: ['NUMBER'],
  options: CONNECTION_OPTIONS,
  notes: ['Deadlines that have passed are marked OVERDUE, those that were missed TOO LATE.'],
  examples: ['inkan revocation show 7', "inkan revocation show 7 --json | jq '.deadlines'"],
  run: showRequest,
};

export const REVOCATION_LIST: Command = {
  name: 'revocation list',
  summary: 'List the requests of the register, the newest first, a page at a time',
  operands: [],
  options: [
    { name: 'open', description: 'Only those that are neither cancelled nor published' },
    { name: 'status', value: 'S', description: 'Only these', choices: REQUEST_STATES },
    { name: 'serial', value: 'SERIAL', description: 'Only those for this certificate' },
    { name: 'limit', value: 'N', description: 'Requests a page, 1 to 1000; default 100' },
    { name: 'after', value: 'NUMBER', description: 'The page after this number' },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'When there may be more, the last line says how to ask for it; with --json it is `next`.',
  ],
  examples: ['inkan revocation list --open', 'inkan revocation list --status executed --json'],
  run: listRequests,
};

export const REVOCATION_REASONS: Command = {
  name: 'revocation reasons',
  summary: 'Explain the reasons and what each means for tokens already made; the grounds',
  operands: [],
  options: [],
  notes: ['It asks no signer.'],
  examples: ['inkan revocation reasons', 'inkan revocation reasons --json'],
  run: explainReasons,
};

async function showRequest(args: ParsedArguments, world: CLIWorld): Outcome {
  const path = requestPath(args.operand(0));
  if (!path.ok) return path;
  const asked = { method: 'GET', path: path.value } as const;
  const shown = await ask(args, world, asked, revocationRequestView);
  return shown.ok ? answered(shown.value, factLines(requestFacts(shown.value))) : shown;
}

async function listRequests(args: ParsedArguments, world: CLIWorld): Outcome {
  const serial = args.option('serial');
  const serialNumber = serial === undefined ? undefined : readSerialNumber(serial);
  if (serialNumber?.ok === false) return serialNumber;
  const query = queryOf({
    open: args.has('open') ? 'true' : undefined,
    state: args.option('status'),
    serialNumber: serialNumber?.value,
    limit: args.option('limit'),
    after: args.option('after'),
  });
  const asked = { method: 'GET', path: `/v1/revocation-requests${query}` } as const;
  const page = await ask(args, world, asked, revocationRequestPage);
  if (!page.ok) return page;
  const { requests, next } = page.value;
  const lines = requests.map(
    ({ number, state, reason, serialNumber: of, target, authority, subject, nextDeadline }) =>
      [
        `${number}`,
        state,
        reason,
        target === 'authority' ? `all of ${authority}` : of,
        subject,
        ...(nextDeadline ? [deadlineText(nextDeadline)] : []),
      ].join('  '),
  );
  if (requests.length === 0) lines.push('no request');
  if (next !== null) lines.push(`more: --after ${next}`);
  return answered(page.value, lines);
}

async function explainReasons(args: ParsedArguments): Outcome {
  if (args.operands.length > 0) return usageFailure('too many words', 'give none');
  const grounds = GROUND_NAMES.map((name) => ({
    name,
    title: GROUNDS[name].title,
    source: GROUNDS[name].source,
    hours: GROUNDS[name].must / 3_600,
  }));
  const json = {
    reasons: REASON_MEANINGS.map(([name, meaning]) => ({ name, meaning })),
    grounds,
  };
  const lines = grounds.map(
    ({ name, title, source, hours }) => `${name}: ${title}; within ${hours} hours (${source})`,
  );
  const intro = `Grounds (CSBR 4.9.1): what happened decides how soon; a CA's certificate has 168 hours. One of ${CRL_REASON_NAMES.length} reasons is chosen besides.`;
  return answered(json, [reasonHelp(), '', intro, '', ...lines]);
}
