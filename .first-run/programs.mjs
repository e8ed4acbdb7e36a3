import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Whether a program of this name can be run. Administrators' directories count. */
export function hasProgram(name) {
  const directories = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return [...directories, ...SYSTEM_DIRECTORIES].some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
