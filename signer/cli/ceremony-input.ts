import { readFile } from 'node:fs/promises';
import { ok, type Result } from '../../shared/result.ts';
import { all } from '../ceremony/lint-items.ts';
import { applicationNumber } from './application-number.ts';
import { type CLIWorld, type Failure, usageFailure } from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';

/** More than any answer of an offline host has. */
const FILE_MOST_BYTES = 64 << 10;

/** What `ceremony export` asks the signer for. */
export async function exportBody(
  args: ParsedArguments,
  world: CLIWorld,
): Promise<Result<object, Failure>> {
  const key = args.option('subordinate-key');
  const subordinateKey = key === undefined ? ok(undefined) : await readText(key, world);
  if (!subordinateKey.ok) return subordinateKey;
  const sha256 = fingerprintOption(args);
  if (!sha256.ok) return sha256;
  const days = args.option('days');
  if (days !== undefined && !/^[1-9]\d?$/.test(days))
    return usageFailure(`--days cannot be ${days}`, 'give a number from 1 to 90');
  const numbers = all(args.all('application').map(applicationNumber));
  if (!numbers.ok) return numbers;
  const applications = numbers.value;
  const subordinate = args.option('subordinate');
  const keystore = args.option('keystore');
  return ok({
    authority: args.operand(0),
    reason: args.required('reason'),
    ...(subordinate === undefined ? {} : { subordinate }),
    ...(subordinateKey.value === undefined ? {} : { subordinateKey: subordinateKey.value }),
    ...(sha256.value === undefined ? {} : { subordinateKeySha256: sha256.value }),
    ...(applications.length === 0 ? {} : { applications }),
    ...(args.has('responder') ? { responder: true } : {}),
    ...(keystore === undefined ? {} : { keystore }),
    ...(days === undefined ? {} : { validDays: Number(days) }),
  });
}

/** `--sha256` as people copy it from paper: with colons or spaces, in either case. */
export function fingerprintOption(args: ParsedArguments): Result<string | undefined, Failure> {
  const sha256 = args.option('sha256')?.replace(/[: ]/g, '').toLowerCase();
  if (sha256 === undefined || /^[0-9a-f]{64}$/.test(sha256)) return ok(sha256);
  return usageFailure('--sha256 is not a SHA-256', 'give 64 hexadecimal digits');
}

export async function readText(path: string, world: CLIWorld): Promise<Result<string, Failure>> {
  const bytes = await readFile(pathFrom(path, world)).catch(() => undefined);
  if (bytes === undefined) return usageFailure(`cannot read ${path}`, 'see that it exists');
  if (bytes.length > FILE_MOST_BYTES)
    return usageFailure(`${path} is too long`, 'give the file that the offline host wrote');
  return ok(bytes.toString('utf8'));
}
