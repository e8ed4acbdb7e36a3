import { setTimeout as sleep } from 'node:timers/promises';
import type { Decode } from '../../shared/json-fields.ts';
import type { PublicationView } from '../operations/views.ts';
import { ask } from './ask.ts';
import type { CLIWorld, OptionSpec } from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { whileWaiting } from './progress.ts';

export const NO_WAIT: OptionSpec = {
  name: 'no-wait',
  description: 'Return at once when the certificate is issued, before it is published',
};

/** OPS-4, for the help of every command that hands out a certificate. */
export const HANDED_OUT_WHEN_PUBLISHED =
  'The certificate is handed out when the epoch that carries its status and its file is in the store. The command waits two minutes for that; after them, or with --no-wait, it ends with exit code 5 and says how to get the certificate later.';

const WAIT_MS = 120_000;
const BETWEEN_MS = 500;

/** How to look again at what was issued. */
export interface Awaited<T> {
  readonly path: string;
  readonly decode: Decode<T>;
  readonly publicationOf: (shown: T) => PublicationView | undefined;
}

/**
 * Asks until what is there is published, two minutes at most, and answers what it was told last. An
 * answer that fails is asked for again: the certificate is on record whatever happens.
 */
export async function untilPublished<T>(
  args: ParsedArguments,
  world: CLIWorld,
  awaited: Awaited<T>,
  known: T,
): Promise<T> {
  if (isPublished(awaited, known) || args.has(NO_WAIT.name)) return known;
  const silent = { ...world, stderr: { write: () => undefined } };
  return whileWaiting(poll(args, silent, awaited, known), world.stderr, 'its publication');
}

function isPublished<T>({ publicationOf }: Awaited<T>, shown: T): boolean {
  return publicationOf(shown)?.state === 'published';
}

async function poll<T>(
  args: ParsedArguments,
  world: CLIWorld,
  awaited: Awaited<T>,
  known: T,
): Promise<T> {
  const asked = { method: 'GET', path: awaited.path } as const;
  let last = known;
  for (const end = performance.now() + WAIT_MS; performance.now() < end; ) {
    await sleep(BETWEEN_MS, undefined, { signal: world.stop }).catch(() => undefined);
    if (world.stop.aborted) return last;
    const shown = await ask(args, world, asked, awaited.decode);
    if (shown.ok) last = shown.value;
    if (isPublished(awaited, last)) return last;
  }
  return last;
}
