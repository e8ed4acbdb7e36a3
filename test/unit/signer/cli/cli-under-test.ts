import { randomBytes } from 'node:crypto';
import { err, must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { parseArguments } from '../../../../signer/cli/arguments.ts';
import type { CLIWorld, Command } from '../../../../signer/cli/command.ts';
import type { ParsedArguments } from '../../../../signer/cli/parsed-arguments.ts';
import { runCLI } from '../../../../signer/cli/run.ts';
import { encryptPkcs8 } from '../../../../signer/keystore/encrypted-pkcs8.ts';
import { secretConfig } from '../../../../signer/setup/initial-config.ts';
import { readSecret } from '../../../../signer/signing/open-keystores.ts';

export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** A world without a state directory, in which nothing can be started. */
export function emptyWorld(differences: Partial<CLIWorld> = {}): CLIWorld {
  const refuse = () =>
    Promise.resolve(err({ code: 'state-missing', reason: 'no state', remedy: 'make it' } as const));
  return {
    initialise: refuse,
    serve: refuse,
    startEdge: () => Promise.resolve(err({ code: 'listen-failed', reason: 'no network' } as const)),
    mirror: () => Promise.resolve(err({ code: 'no-head', refused: [] } as const)),
    secrets: {
      read: (source) =>
        readSecret(
          source.kind === 'prompt' ? { prompt: source.prompt } : secretConfig(source, ''),
          differences.environment ?? {},
        ),
      encryptKey: (pkcs8, passphrase) => encryptPkcs8(pkcs8, passphrase, randomBytes),
    },
    stdin: nothing(),
    stdout: { write: () => undefined },
    stderr: { write: () => undefined },
    environment: {},
    currentDirectory: '/nowhere',
    clock: () => unixSeconds(1_795_400_000),
    randomBytes: (length) => new Uint8Array(length),
    stop: new AbortController().signal,
    version: '1.2.3',
    ...differences,
  };
}

export async function run(
  argv: readonly string[],
  differences: Partial<CLIWorld> = {},
): Promise<Ran> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const world = emptyWorld({
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    ...differences,
  });
  const exit = await runCLI(argv, world);
  return { exit, stdout: stdout.join(''), stderr: stderr.join('') };
}

export function parsed(command: Command, argv: readonly string[]): ParsedArguments {
  return must(parseArguments(command, argv), 'the arguments are right');
}
