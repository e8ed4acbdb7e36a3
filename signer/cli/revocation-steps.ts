import type { RevocationRequestView } from '../operations/revocation-request-views.ts';
import { answered, exitOf, factLines } from './answers.ts';
import { ask } from './ask.ts';
import type { CLIWorld, Command, OptionSpec, Outcome } from './command.ts';
import { confirmed, YES_OPTION } from './confirmation.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { REASON_MEANINGS } from './reasons.ts';
import { requestPath } from './revocation-number.ts';
import { consequenceText, reasonText, requestFacts } from './revocation-text.ts';
import { revocationRequestView } from './revocation-view-decoders.ts';

const NOTE: OptionSpec = { name: 'note', value: 'TEXT', description: 'What there is to say of it' };
const NOTE_REQUIRED: OptionSpec = { ...NOTE, required: true };

export const REVOCATION_INVESTIGATE: Command = {
  name: 'revocation investigate',
  summary: 'Record that the investigation of a request begins',
  operands: ['NUMBER'],
  options: [NOTE, ...CONNECTION_OPTIONS],
  notes: ['It has to begin within 24 hours of receipt (CSBR 4.9.5, OPS-2).'],
  examples: ['inkan revocation investigate 7', 'inkan revocation investigate 7 --note "T. Sato"'],
  run: (args, world) => step(args, world, 'investigation', noteOf(args)),
};

export const REVOCATION_APPROVE: Command = {
  name: 'revocation approve',
  summary: 'Approve a request that somebody else recorded',
  operands: ['NUMBER'],
  options: [
    {
      name: 'verified',
      value: 'TEXT',
      description: 'How the request was verified (CP 3.4), if that is not recorded yet',
    },
    NOTE,
    ...CONNECTION_OPTIONS,
  ],
  notes: ['Who recorded a request cannot approve it. Nothing is revoked yet.'],
  examples: ['inkan revocation approve 7 --verified "called back at the number on file"'],
  run: (args, world) => {
    const verification = args.option('verified');
    const body = { ...noteOf(args), ...(verification === undefined ? {} : { verification }) };
    return step(args, world, 'approval', body);
  },
};

export const REVOCATION_EXECUTE: Command = {
  name: 'revocation execute',
  summary: 'Revoke what an approved request names, for ever',
  operands: ['NUMBER'],
  options: [YES_OPTION, ...CONNECTION_OPTIONS],
  notes: [
    'It shows what will happen and asks. A request that is wished for a later day is scheduled instead, and carried out on that day without asking again.',
    'The reason decides what happens to time-stamp tokens that were already made:',
    ...REASON_MEANINGS.map(([name, meaning]) => `${name}: ${meaning}`),
    'A revocation cannot be undone and there is no suspension (CP 4.9.13). To execute once more changes nothing.',
  ],
  examples: ['inkan revocation execute 7', 'inkan revocation execute 7 --yes --json'],
  run: execute,
};

export const REVOCATION_CANCEL: Command = {
  name: 'revocation cancel',
  summary: 'Close a request without a revocation',
  operands: ['NUMBER'],
  options: [NOTE_REQUIRED, ...CONNECTION_OPTIONS],
  notes: [
    'For one that was withdrawn, or is not warranted. What was executed cannot be cancelled (CP 4.9.13).',
  ],
  examples: ['inkan revocation cancel 7 --note "withdrawn by the subscriber"'],
  run: (args, world) => step(args, world, 'cancellation', noteOf(args)),
};

export const REVOCATION_NOTE: Command = {
  name: 'revocation note',
  summary: 'Add a note to a request, such as the papers of an emergency',
  operands: ['NUMBER'],
  options: [NOTE_REQUIRED, ...CONNECTION_OPTIONS],
  notes: ['A request is never changed; notes are added to it, also after it was closed.'],
  examples: ['inkan revocation note 7 --note "request by post arrived, folder 12"'],
  run: (args, world) => step(args, world, 'notes', noteOf(args)),
};

function noteOf(args: ParsedArguments): { readonly note?: string } {
  const note = args.option('note');
  return note === undefined ? {} : { note };
}

async function step(
  args: ParsedArguments,
  world: CLIWorld,
  resource: string,
  body: unknown,
): Outcome {
  const path = requestPath(args.operand(0));
  if (!path.ok) return path;
  const asked = { method: 'POST', path: `${path.value}/${resource}`, body } as const;
  const done = await ask(args, world, asked, revocationRequestView);
  if (!done.ok) return done;
  const { publication } = done.value;
  const exit = publication === null ? EXIT.ok : exitOf(publication);
  return answered(done.value, factLines(requestFacts(done.value)), exit);
}

async function execute(args: ParsedArguments, world: CLIWorld): Outcome {
  const path = requestPath(args.operand(0));
  if (!path.ok) return path;
  const asked = { method: 'GET', path: path.value } as const;
  const shown = await ask(args, world, asked, revocationRequestView);
  if (!shown.ok) return shown;
  // What is not allowed is refused by the signer; nobody is asked about it.
  if (shown.value.allowed.includes('execute')) {
    const agreed = await confirmed(args, world, whatWillHappen(shown.value));
    if (!agreed.ok) return agreed;
  }
  return step(args, world, 'execution', {});
}

function whatWillHappen(request: RevocationRequestView): readonly string[] {
  const { target, authority, serialNumber, subject, reason, wantedAt } = request;
  const what = target === 'authority' ? `all of ${authority}` : `certificate ${serialNumber}`;
  const consequence = consequenceText(request);
  return [
    `This revokes ${what} (${subject}), for ever.`,
    `${reason}: ${reasonText(reason)}`,
    ...(consequence === null ? [] : [consequence]),
    ...(wantedAt === null ? [] : [`If that is still to come it is done at ${wantedAt}.`]),
  ];
}
