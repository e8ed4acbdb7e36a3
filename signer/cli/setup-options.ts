import { ok, type Result } from '../../shared/result.ts';
import { type CLIWorld, type Failure, type OptionSpec, usageFailure } from './command.ts';
import type { ListenAddress, SecretSource } from './options.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';

export const PASSPHRASE_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'passphrase-file',
    value: 'FILE',
    description: 'Read the passphrase of the file keystore from FILE',
  },
  {
    name: 'passphrase-env',
    value: 'NAME',
    description: 'Read it from this environment variable',
  },
];

export const PIN_OPTIONS: readonly OptionSpec[] = [
  { name: 'pkcs11-pin-file', value: 'FILE', description: "Read the token's PIN from FILE" },
  { name: 'pkcs11-pin-env', value: 'NAME', description: 'Read it from this environment variable' },
];

export const LISTEN_OPTION: OptionSpec = {
  name: 'listen',
  value: 'HOST:PORT',
  description: 'Where the signer listens; an IPv6 address in brackets',
};

/** `--<secret>-file` or `--<secret>-env`, at most one of them. */
export function secretSource(
  args: ParsedArguments,
  world: CLIWorld,
  secret: 'passphrase' | 'pkcs11-pin',
): Result<SecretSource | undefined, Failure> {
  const path = args.option(`${secret}-file`);
  const name = args.option(`${secret}-env`);
  if (path !== undefined && name !== undefined) {
    return usageFailure(`--${secret}-file and --${secret}-env exclude each other`, 'give one');
  }
  if (path !== undefined) return ok({ kind: 'file', path: pathFrom(path, world) });
  if (name === undefined) return ok(undefined);
  const variable = environmentName(name, `--${secret}-env`);
  return variable.ok ? ok({ kind: 'environment', name: variable.value }) : variable;
}

/** POSIX 8.1; catches the secret itself, given by mistake. The value is not told back. */
export function environmentName(name: string, option: string): Result<string, Failure> {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return ok(name);
  return usageFailure(
    `${option} does not name an environment variable`,
    'give the name of the variable, never the secret itself',
  );
}

export function listenAddress(text: string): Result<ListenAddress, Failure> {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host !== undefined && port <= 65_535) return ok({ host, port });
  return usageFailure(`--listen cannot be ${text}`, 'write it as 127.0.0.1:8443 or [::1]:8443');
}
