import type { FileEntry } from '../../shared/snapshot/file.ts';
import type { Reader } from '../database/database.ts';
import { snapshotFileAt } from '../database/snapshot-table.ts';
import type { FileChanges } from './file-table.ts';

/** The file that a path will have once the epoch is out. */
export type FileLookup = (path: string) => FileEntry | undefined;

export function filesAfter(db: Reader, { put, removed }: FileChanges): FileLookup {
  const changed = new Map(put.map((file) => [file.path, file]));
  return (path) => changed.get(path) ?? (removed.has(path) ? undefined : snapshotFileAt(db, path));
}
