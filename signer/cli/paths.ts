import { resolve } from 'node:path';
import type { CLIWorld, OptionSpec } from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';

export const STATE_OPTION: OptionSpec = {
  name: 'state',
  value: 'DIR',
  description: 'The state directory; default $INKAN_STATE, else ./.inkan/signer',
};

/** Where `npm start` keeps the demo's signer. */
const DEFAULT_STATE = '.inkan/signer';

/** Absolute. */
export function stateDirectory(args: ParsedArguments, world: CLIWorld): string {
  const named = args.option('state') ?? world.environment['INKAN_STATE'];
  return resolve(world.currentDirectory, named || DEFAULT_STATE);
}

/** Absolute. */
export function pathFrom(path: string, { currentDirectory }: CLIWorld): string {
  return resolve(currentDirectory, path);
}
