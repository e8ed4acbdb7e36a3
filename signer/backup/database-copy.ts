import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { hexFromBytes } from '../../shared/bytes.ts';
import { copyDatabase } from '../database/database.ts';
import { DATABASE_FILE } from '../setup/state-files.ts';

/** Under the state directory, mode 0700, for as long as a backup takes. */
const COPY_PREFIX = '.backup-';

export interface DatabaseCopy {
  /** Absolute; mode 0600. */
  readonly file: string;
  remove(): void;
}

/** What a killed backup left behind. Only while no other backup of this state is made. */
export function removeCopies(state: string): void {
  for (const name of readdirSync(state)) {
    if (name.startsWith(COPY_PREFIX)) rmSync(join(state, name), { recursive: true, force: true });
  }
}

/** Made by `copy` into an empty file that only its owner can read; removed when that fails. */
export async function makeCopy(
  state: string,
  randomBytes: (length: number) => Uint8Array,
  copy: (file: string) => Promise<void>,
): Promise<DatabaseCopy> {
  const directory = join(state, `${COPY_PREFIX}${hexFromBytes(randomBytes(8))}`);
  const remove = () => rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { mode: 0o700 });
  const file = join(directory, DATABASE_FILE);
  try {
    closeSync(openSync(file, 'wx', 0o600));
    await copy(file);
    return { file, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Of a signer that does not run; with one that does SQLite says `database is locked`. */
export async function copyStopped(source: string, to: string): Promise<void> {
  const sqlite = new DatabaseSync(source);
  try {
    // Taken for as long as the copy lasts: a signer that is started meanwhile is refused.
    sqlite.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT;');
    await copyDatabase(sqlite, to);
  } finally {
    sqlite.close();
  }
}

export interface CopyFacts {
  readonly migration: number;
  /** The last that was promised. */
  readonly epoch: number;
}

/** Leaves the copy as one file, without a write-ahead log beside it. */
export function readCopy(file: string): CopyFacts {
  const sqlite = new DatabaseSync(file);
  try {
    sqlite.exec('PRAGMA journal_mode = DELETE');
    const migration = sqlite.prepare('PRAGMA user_version').get()?.['user_version'];
    const epoch = sqlite.prepare('SELECT coalesce(max(number), 0) AS n FROM epoch').get()?.['n'];
    return { migration: Number(migration), epoch: Number(epoch) };
  } finally {
    sqlite.close();
  }
}
