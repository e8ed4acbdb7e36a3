import { constants } from 'node:fs';
import { chmod, link, lstat, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { KeystoreError } from './keystore.ts';
import { labelError } from './label.ts';

const SECRET_FILE = 0o600;
const SECRET_DIRECTORY = 0o700;
const GROUP_OR_OTHER = 0o077;

/** Makes the directory if it is missing; refuses one that group or others can enter. */
export async function openKeyDirectory(directory: string): Promise<Result<void, KeystoreError>> {
  try {
    const made = await mkdir(directory, { recursive: true, mode: SECRET_DIRECTORY });
    if (made !== undefined) await chmod(directory, SECRET_DIRECTORY);
    const { mode } = await lstat(directory);
    if ((mode & GROUP_OR_OTHER) === 0) return ok(undefined);
    return unavailable(`${directory} is open to group or others`, `chmod 700 ${directory}`);
  } catch (error) {
    return unavailable(reasonOf(error), `make ${directory} a directory of the signer's user`);
  }
}

export async function keyFileExists(directory: string, label: string): Promise<boolean> {
  try {
    await lstat(keyPath(directory, label));
    return true;
  } catch {
    return false;
  }
}

/** The text of a key file; `key-unfit` for a file that group or others can read. */
export async function readKeyFile(
  directory: string,
  label: string,
): Promise<Result<string, KeystoreError>> {
  const refused = labelError(label);
  if (refused !== undefined) return err(refused);
  try {
    const { mode } = await lstat(keyPath(directory, label));
    if ((mode & GROUP_OR_OTHER) !== 0) return unfit(label, 'open to group or others: chmod 600');
    return ok(await readFile(keyPath(directory, label), 'latin1'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return err({ code: 'key-missing', label });
    return unfit(label, reasonOf(error));
  }
}

/**
 * Writes a key once: afterwards either the whole file is on disk under its name, or nothing is.
 * Never replaces a file.
 */
export async function writeKeyFile(
  directory: string,
  label: string,
  text: string,
  randomBytes: (length: number) => Uint8Array,
): Promise<Result<void, KeystoreError>> {
  const temporary = join(directory, `.${label}.${hexFromBytes(randomBytes(8))}.tmp`);
  try {
    await writeSynced(temporary, text);
    // If we stop here an encrypted file that no label names is left; nobody was told of its key.
    await link(temporary, keyPath(directory, label));
    // If we stop here the key exists and the leftover name is another name of the same file.
    await syncDirectory(directory);
    return ok(undefined);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return err({ code: 'key-exists', label });
    return unavailable(reasonOf(error), `see that ${directory} can be written and has room`);
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
  const file = await open(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, SECRET_FILE);
  try {
    await file.writeFile(text, 'latin1');
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The name of a new file is on disk only when its directory is. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function keyPath(directory: string, label: string): string {
  return join(directory, `${label}.key.pem`);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}

function unfit(label: string, reason: string): Result<never, KeystoreError> {
  return err({ code: 'key-unfit', label, reason });
}

function unavailable(reason: string, remedy: string): Result<never, KeystoreError> {
  return err({ code: 'keystore-unavailable', reason, remedy });
}
