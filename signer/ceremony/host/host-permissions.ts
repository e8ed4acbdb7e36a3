import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '../../../shared/result.ts';
import { type HostError, refuseAtHost } from './host-error.ts';
import { HOST_FILES, HOST_FOLDERS } from './host-files.ts';

const OTHERS_MAY_WRITE = 0o022;

/**
 * Whoever may write to the directory of the host, to its configuration or to its log decides whose approval
 * counts and what was signed. Absent files are not looked for here.
 */
export function checkPermissions(directory: string): Result<true, HostError> {
  const { config, log } = HOST_FILES;
  // With the slash a link to the directory is followed: where it leads is what counts.
  const own: readonly (readonly [string, (stats: Stats) => boolean])[] = [
    ['/', isDirectory],
    [config, isFile],
    [log, isFile],
    ...HOST_FOLDERS.map((folder) => [folder, isDirectory] as const),
  ];
  for (const [name, isKind] of own) {
    const path = join(directory, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (!stats) continue;
    if (!isKind(stats)) {
      const reason = `${path} is a link, or no ${isKind === isFile ? 'file' : 'directory'}`;
      return refuseAtHost('host-malformed', reason, 'find out who put it there');
    }
    if ((stats.mode & OTHERS_MAY_WRITE) !== 0) {
      const reason = `others than its owner may write to ${path}`;
      return refuseAtHost('host-malformed', reason, `find out who did, then chmod go-w ${path}`);
    }
  }
  return ok(true);
}

function isFile(stats: Stats): boolean {
  return stats.isFile();
}

function isDirectory(stats: Stats): boolean {
  return stats.isDirectory();
}
