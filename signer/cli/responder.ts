import type { ResponderListView, ResponderView } from '../operations/views.ts';
import { answered, exitOf, type Fact, factLines, pemLines, publicationFact } from './answers.ts';
import { ask, segment } from './ask.ts';
import type { CLIWorld, Command, Outcome } from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { PLAIN_PEM } from './plain-pem.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { responderList, responderView, rotatedResponderView } from './responder-decoders.ts';

export const RESPONDER_COMMANDS: readonly Command[] = [
  {
    name: 'responder rotate',
    summary:
      "Make a new OCSP responder for an authority, with a new key, before the old one's time",
    operands: ['AUTHORITY'],
    options: CONNECTION_OPTIONS,
    notes: [
      'The schedule does this by itself while the responder still outlives two more responses.',
      'What the old responder signed stays valid and is replaced by the new one as it comes due.',
      'When its key is compromised, revoke its certificate instead: `inkan responder show` names it, and all that it signed is then signed again at once.',
      'Stopped in between, give the command again: it goes on with the same key.',
    ],
    examples: ['inkan responder rotate root-ca'],
    run: rotateResponder,
  },
  {
    name: 'responder show',
    summary: 'Show the OCSP responder that signs for an authority',
    operands: ['AUTHORITY'],
    options: [PLAIN_PEM, ...CONNECTION_OPTIONS],
    notes: [],
    examples: ['inkan responder show root-ca', 'inkan responder show root-ca --pem'],
    run: showResponder,
  },
  {
    name: 'responder list',
    summary: 'List OCSP responders, and keys of rotations that did not come to an end',
    operands: [],
    options: CONNECTION_OPTIONS,
    notes: [
      'signing: what is signed now is by it. retired: it has a successor. Answers: certificates whose current answers it signed.',
      'A key that is pending is taken up by the next rotation; one that is unusable may be removed from the keystore.',
    ],
    examples: ['inkan responder list', "inkan responder list --json | jq '.uncertifiedKeys'"],
    run: listResponders,
  },
];

function pathOf(args: ParsedArguments): string {
  return `/v1/authorities/${segment(args.operand(0))}/responder`;
}

async function rotateResponder(args: ParsedArguments, world: CLIWorld): Outcome {
  const asked = { method: 'POST', path: pathOf(args), body: {} } as const;
  const rotated = await ask(args, world, asked, rotatedResponderView);
  if (!rotated.ok) return rotated;
  const { publication, replaces } = rotated.value;
  const lines = factLines([
    ...facts(rotated.value),
    ['replaces', replaces ?? 'none'],
    publicationFact(publication),
  ]);
  return answered(rotated.value, lines, exitOf(publication));
}

async function showResponder(args: ParsedArguments, world: CLIWorld): Outcome {
  const shown = await ask(args, world, { method: 'GET', path: pathOf(args) }, responderView);
  if (!shown.ok) return shown;
  const lines = args.has('pem')
    ? pemLines([shown.value.certificate])
    : factLines(facts(shown.value));
  return answered(shown.value, lines);
}

async function listResponders(args: ParsedArguments, world: CLIWorld): Outcome {
  const asked = { method: 'GET', path: '/v1/responders' } as const;
  const listed = await ask(args, world, asked, responderList);
  return listed.ok ? answered(listed.value, listLines(listed.value)) : listed;
}

function listLines({
  responders,
  uncertifiedKeys,
  unanswered,
}: ResponderListView): readonly string[] {
  const lines = responders.map(({ authority, state, serialNumber, notAfter, answers }) =>
    [authority, state, serialNumber, `until ${notAfter}`, `${answers} answers`].join('  '),
  );
  if (responders.length === 0) lines.push('no responder yet');
  for (const { authority, state, keystore, keyLabel, begunAt } of uncertifiedKeys)
    lines.push(`${authority}  key ${state}  ${keystore}/${keyLabel}  since ${begunAt}`);
  if (unanswered > 0) lines.push(`${unanswered} certificates wait for a responder`);
  return lines;
}

function facts(responder: ResponderView): readonly Fact[] {
  return [
    ['authority', responder.authority],
    ['state', responder.state],
    ['serial number', responder.serialNumber],
    ['subject', responder.subject],
    ['not before', responder.notBefore],
    ['not after', responder.notAfter],
    ['rotates at', responder.rotatesAt ?? 'not by itself'],
    ['keystore', responder.keystore],
    ['key', responder.keyLabel],
    ['answers', responder.answers],
    ['sha-256', responder.sha256],
  ];
}
