import { err, ok, type Result } from '../../shared/result.ts';
import { answered } from './answers.ts';
import type { CLIWorld, Command, Failure, Outcome } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ServeOptions, ServeWorld } from './options.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { STATE_OPTION, stateDirectory } from './paths.ts';
import {
  LISTEN_OPTION,
  listenAddress,
  PASSPHRASE_OPTIONS,
  PIN_OPTIONS,
  secretSource,
} from './setup-options.ts';
import { startFailure } from './start-failure.ts';

export const SERVE: Command = {
  name: 'serve',
  summary: 'Run the signer until it is told to end',
  operands: [],
  options: [
    STATE_OPTION,
    { ...LISTEN_OPTION, description: `${LISTEN_OPTION.description}; default: the configuration's` },
    ...PASSPHRASE_OPTIONS,
    ...PIN_OPTIONS,
  ],
  notes: [
    'Says on standard error, as JSON, one line an event. Ends in good order after Ctrl-C (exit code 130) or SIGTERM (exit code 0): requests under way are finished first.',
  ],
  examples: [
    'inkan serve',
    'inkan serve --state /var/lib/inkan --passphrase-file /run/secrets/inkan',
  ],
  run: serve,
  endsInOrder: true,
};

async function serve(args: ParsedArguments, world: CLIWorld): Outcome {
  const options = serveOptions(args, world);
  if (!options.ok) return options;
  const started = await world.serve(options.value, await serveWorld(world));
  if (!started.ok) return err(startFailure(started.error, EXIT.notStarted));
  const service = started.value;
  if (!args.has('json')) world.stderr.write(`inkan: the signer answers at ${service.url}\n`);
  await stopped(world.stop);
  await service.close();
  const exit = world.stop.reason === 'SIGINT' ? EXIT.interrupted : EXIT.ok;
  return answered({ url: service.url, ended: world.stop.reason }, ['ended in good order'], exit);
}

/** Pure: what the arguments mean, or why they mean nothing. */
export function serveOptions(
  args: ParsedArguments,
  world: CLIWorld,
): Result<ServeOptions, Failure> {
  const address = args.option('listen');
  const listen = address === undefined ? ok(undefined) : listenAddress(address);
  if (!listen.ok) return listen;
  const passphrase = secretSource(args, world, 'passphrase');
  if (!passphrase.ok) return passphrase;
  const pin = secretSource(args, world, 'pkcs11-pin');
  if (!pin.ok) return pin;
  return ok({
    state: stateDirectory(args, world),
    ...(listen.value === undefined ? {} : { listen: listen.value }),
    ...(passphrase.value === undefined ? {} : { passphrase: passphrase.value }),
    ...(pin.value === undefined ? {} : { pkcs11Pin: pin.value }),
  });
}

/** The logger is loaded here: no other command has to wait for it. */
async function serveWorld(world: CLIWorld): Promise<ServeWorld> {
  const { clock, randomBytes, environment, stderr, version } = world;
  const { openSignerLog } = await import('../signer-log.ts');
  const log = openSignerLog(clock, (line) => stderr.write(line));
  return { clock, randomBytes, environment, log, version };
}

/** Resolves when the process is told to end. */
export function stopped(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
}
