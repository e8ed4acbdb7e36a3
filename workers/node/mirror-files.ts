import { createHash } from 'node:crypto';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesEqual, concatBytes, hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { FileEntry } from '../../shared/snapshot/file.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { freshnessAt } from '../cache-policy.ts';
import { FILES, type MirrorDirectory, readIfThere } from './mirror-directory.ts';

/** Files of the snapshot, those that changed, and those that are no longer there. */
export interface MirroredFiles {
  readonly total: number;
  readonly written: number;
  readonly removed: number;
  /** CRLs outside their window, which the Worker withholds too. */
  readonly withheld: number;
}

type Inconsistent = { readonly code: 'snapshot-inconsistent'; readonly hash: string };

/** `files/<path>` for every file of the snapshot that may be served now, and nothing else. */
export async function writeFiles(
  directory: MirrorDirectory,
  entries: readonly FileEntry[],
  now: UnixSeconds,
): Promise<Result<MirroredFiles, Inconsistent>> {
  const served = entries.filter((entry) => isServed(entry, now));
  // First, since a directory may stand where a file is to come.
  const removed = await removeOthers(directory, new Set(served.map(({ path }) => path)));
  let written = 0;
  for (const entry of served) {
    const target = FILES + entry.path;
    const held = await readIfThere(join(directory.path, target));
    if (held && bytesEqual(sha256(held), entry.hash)) continue;
    const bytes = await assemble(directory, entry);
    if (!bytes) return err({ code: 'snapshot-inconsistent', hash: hexFromBytes(entry.hash) });
    await directory.put(target, bytes);
    written += 1;
  }
  const withheld = entries.length - served.length;
  return ok({ total: entries.length, written, removed, withheld });
}

function isServed({ thisUpdate, nextUpdate }: FileEntry, now: UnixSeconds): boolean {
  if (thisUpdate === null || nextUpdate === null) return true;
  return freshnessAt({ thisUpdate, nextUpdate }, now) === 'valid';
}

/** The chunks, which were all copied; `undefined` when they are not the file that the entry names. */
async function assemble(
  directory: MirrorDirectory,
  { chunkHashes, hash }: FileEntry,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  for (const chunkHash of chunkHashes) {
    const chunk = await directory.blob(hexFromBytes(chunkHash));
    if (!chunk) return undefined;
    chunks.push(chunk);
  }
  const bytes = concatBytes(chunks);
  return bytesEqual(sha256(bytes), hash) ? bytes : undefined;
}

async function removeOthers(
  directory: MirrorDirectory,
  paths: ReadonlySet<string>,
): Promise<number> {
  let removed = 0;
  /** Whether nothing is left in it. */
  async function clear(path: string): Promise<boolean> {
    const here = join(directory.path, FILES, path);
    let left = 0;
    for (const entry of await readdir(here, { withFileTypes: true })) {
      const below = `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!(await clear(below))) left += 1;
      } else if (paths.has(below)) left += 1;
      else {
        await rm(join(here, entry.name));
        removed += 1;
      }
    }
    if (left === 0 && path !== '') await rmdir(here);
    return left === 0;
  }
  await clear('');
  return removed;
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
