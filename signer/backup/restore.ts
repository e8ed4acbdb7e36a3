import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { hexFromBytes } from '../../shared/bytes.ts';
import { err, type Result } from '../../shared/result.ts';
import type { Clock } from '../../shared/time.ts';
import { openWholeLog } from '../audit/segmented-log.ts';
import { auditLogProblem } from '../setup/check-audit-log.ts';
import { AUDIT_FILE, DATABASE_FILE } from '../setup/state-files.ts';
import { type AgeError, decryptWith } from './age.ts';
import type { BackupManifest } from './manifest.ts';
import { type UnpackError, unpack } from './unpack.ts';

export interface RestoreOrder {
  /** The encrypted file; absolute, as is `state`. */
  readonly file: string;
  readonly identities: readonly string[];
  /** Absent or empty: nothing is ever written over. */
  readonly state: string;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
}

export type RestoreError =
  | AgeError
  | UnpackError
  | { readonly code: 'state-exists' }
  | { readonly code: 'file-unreadable'; readonly reason: string }
  /** It came out as it went in, and what went in was damaged. */
  | { readonly code: 'contents-damaged'; readonly reason: string };

/**
 * Unpacks beside `state` and moves it into place last: stopped anywhere, there is a directory
 * `<state>.restore-…` to be thrown away and no half of a state.
 */
export async function restoreBackup(
  order: RestoreOrder,
): Promise<Result<BackupManifest, RestoreError>> {
  const { file, identities, state, clock } = order;
  if (existsSync(state) && readdirSync(state).length > 0) return err({ code: 'state-exists' });
  const building = `${state}.restore-${hexFromBytes(order.randomBytes(4))}`;
  mkdirSync(dirname(state), { recursive: true });
  mkdirSync(building, { mode: 0o700 });
  try {
    const opened = await decryptWith(identities, createReadStream(file));
    if (!opened.ok) return opened;
    const manifest = await unpack(opened.value, building);
    if (!manifest.ok) return manifest;
    const damage = findDamage(building, manifest.value, clock);
    if (damage !== null) return err({ code: 'contents-damaged', reason: damage });
    rmSync(state, { recursive: true, force: true });
    renameSync(building, state);
    return manifest;
  } catch (error) {
    // A read error of the file, or a piece that is not what was encrypted.
    const reason = error instanceof Error ? error.message : 'unknown error';
    return err({ code: 'file-unreadable', reason });
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** The database as SQLite sees it, and the audit log up to the event that the manifest names. */
function findDamage(directory: string, { audit }: BackupManifest, clock: Clock): string | null {
  const damage = databaseDamage(join(directory, DATABASE_FILE));
  if (damage !== null) return `the database: ${damage}`;
  const log = openWholeLog(join(directory, AUDIT_FILE), clock);
  if (!log.ok) return auditLogProblem(log.error).error.reason;
  const { size, hash } = log.value.checkpoint();
  log.value.close();
  return size === audit.size && hexFromBytes(hash) === audit.hash
    ? null
    : `the audit log does not end with event ${audit.size}`;
}

/** SQLite's own complaint; null: none. */
export function databaseDamage(file: string): string | null {
  try {
    const sqlite = new DatabaseSync(file, { readOnly: true });
    try {
      const check = sqlite.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
      if (check !== 'ok') return String(check);
      const orphan = sqlite.prepare('PRAGMA foreign_key_check').get();
      return orphan ? `a row of ${orphan['table']} names one that is not there` : null;
    } finally {
      sqlite.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown error';
  }
}
