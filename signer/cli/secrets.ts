import { err, ok, type Result } from '../../shared/result.ts';
import { type CLIWorld, type Failure, type OptionSpec, usageFailure } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { SecretSource } from './options.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { environmentName } from './setup-options.ts';

/** Where the passphrase of a person's own key comes from; nothing named: it is asked for. */
export const KEY_PASSPHRASE_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'key-passphrase-file',
    value: 'FILE',
    description: 'Read the passphrase of your key from FILE; else you are asked',
  },
  {
    name: 'key-passphrase-env',
    value: 'NAME',
    description: 'Read it from this environment variable',
  },
];

export function keyPassphraseSource(
  args: ParsedArguments,
  world: CLIWorld,
): Result<SecretSource | undefined, Failure> {
  const path = args.option('key-passphrase-file');
  const name = args.option('key-passphrase-env');
  if (path !== undefined && name !== undefined)
    return usageFailure(
      '--key-passphrase-file and --key-passphrase-env exclude each other',
      'give one',
    );
  if (path !== undefined) return ok({ kind: 'file', path: pathFrom(path, world) });
  if (name === undefined) return ok(undefined);
  const variable = environmentName(name, '--key-passphrase-env');
  return variable.ok ? ok({ kind: 'environment', name: variable.value }) : variable;
}

/** The octets; asked for with this text where no source was named. */
export async function readSecret(
  source: SecretSource | undefined,
  prompt: string,
  world: CLIWorld,
): Promise<Result<Uint8Array, Failure>> {
  const read = await world.secrets.read(source ?? { kind: 'prompt', prompt });
  if (read.ok) return read;
  const { reason, remedy } = read.error;
  return err({ exit: EXIT.usage, code: 'passphrase-refused', message: reason, remedy });
}
