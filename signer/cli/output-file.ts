import { access, constants, lstat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ok, type Result } from '../../shared/result.ts';
import { type Failure, usageFailure } from './command.ts';

const REMEDY = 'give another file';

/** That `path` is free and its directory can be written, as far as that can be known beforehand. */
export async function newFilePossible(path: string): Promise<Result<void, Failure>> {
  const taken = await lstat(path).then(
    () => true,
    () => false,
  );
  if (taken) return usageFailure(`${path} exists already`, REMEDY);
  try {
    await access(dirname(path), constants.W_OK | constants.X_OK);
    return ok(undefined);
  } catch (error) {
    return notWritten(path, error);
  }
}

/** Never over a file that exists: it may be the only copy of another certificate. */
export async function writeNewFile(path: string, text: string): Promise<Result<void, Failure>> {
  return write(path, text, 'wx');
}

/** The same for its owner alone, on disk when this returns. */
export async function writeNewSecret(path: string, text: string): Promise<Result<void, Failure>> {
  return write(path, text, 'wx', { mode: 0o600, flush: true });
}

/** In place of what was there: a CRL is fetched again and again. */
export async function replaceFile(path: string, text: string): Promise<Result<void, Failure>> {
  return write(path, text, 'w');
}

async function write(
  path: string,
  text: string,
  flag: 'w' | 'wx',
  more: { readonly mode?: number; readonly flush?: boolean } = {},
): Promise<Result<void, Failure>> {
  try {
    await writeFile(path, text, { flag, ...more });
    return ok(undefined);
  } catch (error) {
    return notWritten(path, error);
  }
}

function notWritten(path: string, error: unknown): Result<never, Failure> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return usageFailure(`cannot write ${path} (${code})`, REMEDY);
}
