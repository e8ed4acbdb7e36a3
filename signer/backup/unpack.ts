import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { concatBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { decodeJSON } from '../api/json.ts';
import {
  type BackupManifest,
  backupManifest,
  MANIFEST_FILE,
  MANIFEST_MAX_OCTETS,
} from './manifest.ts';
import { readTar, type TarError } from './tar.ts';

/** What is not what the manifest says of it. */
export type UnpackError =
  | TarError
  | { readonly code: 'manifest-malformed'; readonly reason: string }
  | { readonly code: 'file-differs'; readonly path: string }
  | { readonly code: 'file-missing'; readonly path: string };

/** Writes every file under `directory` (mode 0600, synced), each held against the manifest. */
export async function unpack(
  archive: AsyncIterable<Uint8Array>,
  directory: string,
): Promise<Result<BackupManifest, UnpackError>> {
  let manifest: BackupManifest | undefined;
  const missing = new Set<string>();
  const read = await readTar<UnpackError>(archive, async ({ path, size }, pieces) => {
    if (!manifest) {
      const decoded = await readManifest(path, size, pieces);
      if (!decoded.ok) return decoded;
      manifest = decoded.value;
      for (const file of manifest.files) missing.add(file.path);
      return ok(true);
    }
    const listed = manifest.files.find((file) => file.path === path);
    if (!listed || listed.bytes !== size) return err({ code: 'file-differs', path });
    const sha256 = await writeFile(join(directory, path), pieces);
    missing.delete(path);
    return sha256 === listed.sha256 ? ok(true) : err({ code: 'file-differs', path });
  });
  if (!read.ok) return read;
  const [first] = missing;
  if (first !== undefined) return err({ code: 'file-missing', path: first });
  // What follows the archive is read as well: only the last piece says that nothing was cut off.
  for await (const _ of archive);
  return manifest ? ok(manifest) : err({ code: 'file-missing', path: MANIFEST_FILE });
}

async function readManifest(
  path: string,
  size: number,
  pieces: AsyncIterable<Uint8Array>,
): Promise<Result<BackupManifest, UnpackError>> {
  if (path !== MANIFEST_FILE || size > MANIFEST_MAX_OCTETS) {
    return err({ code: 'manifest-malformed', reason: 'it does not begin with one' });
  }
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  const json = decodeJSON(concatBytes(parts));
  if (!json.ok) return err({ code: 'manifest-malformed', reason: json.error.reason });
  const decoded = backupManifest(json.value, '');
  if (decoded.ok) return decoded;
  const { pointer, reason } = decoded.error;
  return err({ code: 'manifest-malformed', reason: `${pointer} ${reason}` });
}

/** Answers the SHA-256 of what was written. */
async function writeFile(path: string, pieces: AsyncIterable<Uint8Array>): Promise<string> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(path, 'wx', 0o600);
  const hash = createHash('sha256');
  try {
    for await (const piece of pieces) {
      hash.update(piece);
      for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
