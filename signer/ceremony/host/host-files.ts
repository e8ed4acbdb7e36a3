import {
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Names under the directory of a ceremony host. */
export const HOST_FILES = {
  config: 'ceremony.json',
  log: 'log.jsonl',
  /** Empty; locked by whoever has the host open. */
  lock: 'host.lock',
  authority: (name: string): string => `authorities/${name}.json`,
  /** The last CRL that was signed here for this authority, DER of its TBSCertList. */
  lastCRL: (name: string): string => `crls/${name}.tbs`,
  /** The answer to a bundle, kept so that it can be had again. */
  answer: (id: string): string => `answers/${id}.json`,
} as const;

/** Where those of authorities, CRLs and bundles are. */
export const HOST_FOLDERS: readonly string[] = ['authorities', 'crls', 'answers'];

/** Names for which there is such a file, in their order; what is not named so is not looked at. */
export function namesOfHostFiles(
  directory: string,
  file: (name: string) => string,
): readonly string[] {
  const [folder = '', pattern = ''] = file('*').split('/');
  const ending = pattern.slice(1);
  return entriesOf(join(directory, folder))
    .filter((entry) => entry.endsWith(ending))
    .map((entry) => entry.slice(0, -ending.length))
    .filter((name) => /^[a-z0-9][a-z0-9-]{0,47}$/.test(name))
    .sort();
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

export function readHostFile(directory: string, name: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(join(directory, name)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Afterwards the whole file is on disk under its name, or what was there before still is. */
export function writeHostFile(directory: string, name: string, bytes: Uint8Array | string): void {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // What a stop left there, or somebody put there: it is never written through, wherever it leads.
  rmSync(`${path}.new`, { force: true });
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const file = openSync(`${path}.new`, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
  try {
    const octets = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  syncDirectory(dirname(path));
}

/** The name of a new file is on disk only when its directory is. */
function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
