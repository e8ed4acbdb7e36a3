import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ok, type Result } from '../../../shared/result.ts';
import { type HostError, refuseAtHost } from './host-error.ts';
import { HOST_FILES } from './host-files.ts';

/** Held until `release`, or until this process ends in whatever way. */
export interface HostLock {
  release(): void;
}

/**
 * One process at a time reads, asks and signs here: two that see the same last CRL would sign two of one
 * number. As the signer's database does, SQLite asks the kernel for the lock, who frees it when the
 * process is gone; the file stays empty, and nothing needs to be removed after a crash.
 */
export function lockHost(directory: string): Result<HostLock, HostError> {
  const path = join(directory, HOST_FILES.lock);
  const sqlite = new DatabaseSync(path, { open: false });
  try {
    sqlite.open();
    sqlite.exec('PRAGMA busy_timeout = 200; BEGIN EXCLUSIVE;');
    return ok({ release: () => sqlite.close() });
  } catch (error) {
    if (sqlite.isOpen) sqlite.close();
    const reason = error instanceof Error ? error.message : String(error);
    if (/locked|busy/.test(reason)) {
      const used = `another ceremony runs on ${directory}`;
      return refuseAtHost(
        'host-in-use',
        used,
        'end it or wait for it, then give the command again',
      );
    }
    return refuseAtHost(
      'host-malformed',
      `${path} cannot be locked: ${reason}`,
      'see that the directory can be written and that this file is empty or absent',
    );
  }
}
