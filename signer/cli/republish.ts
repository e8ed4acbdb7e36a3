import { setTimeout as sleep } from 'node:timers/promises';
import { ok, type Result } from '../../shared/result.ts';
import type { PublicationView } from '../operations/views.ts';
import { answered, exitOf, factLines, publicationFact } from './answers.ts';
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
import { whileWaiting } from './progress.ts';
import { publicationView, statusView } from './view-decoders.ts';

export const REPUBLISH: Command = {
  name: 'republish',
  summary: 'Write the whole snapshot again and wait until it is out: into an empty store, say',
  operands: [],
  options: [
    { name: 'all', description: 'Say that everything is meant; required' },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'Nothing is signed anew but the head. Exit code 5: not out after ten minutes; the signer keeps trying.',
  ],
  examples: ['inkan republish --all'],
  run: republish,
};

const LOOK_MS = 2_000;
const LOOKS_MOST = 300;

async function republish(args: ParsedArguments, world: CLIWorld): Outcome {
  if (!args.has('all')) return usageFailure('nothing is named', 'give --all');
  const begun = performance.now();
  const out = await whileWaiting(untilOut(args, world), world.stderr, 'the store');
  if (!out.ok) return out;
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  const lines = factLines([publicationFact(out.value), ['time', `${seconds} s`]]);
  return answered({ ...out.value, seconds }, lines, exitOf(out.value));
}

async function untilOut(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<Result<PublicationView, Failure>> {
  const asked = { method: 'POST', path: '/v1/publications', body: { everything: true } } as const;
  const told = await ask(args, world, asked, publicationView);
  if (!told.ok || told.value.state === 'published') return told;
  const { epoch: before, reason } = told.value;
  let why = reason;
  for (let looks = 0; looks < LOOKS_MOST; looks++) {
    await sleep(LOOK_MS);
    const status = await ask(args, world, { method: 'GET', path: '/v1/status' }, statusView);
    if (!status.ok) return status;
    const { epoch, lastPublishError } = status.value;
    if (epoch > before) return ok({ state: 'published', epoch });
    why = lastPublishError ?? why;
  }
  return ok({ state: 'due', epoch: before, ...(why === undefined ? {} : { reason: why }) });
}
