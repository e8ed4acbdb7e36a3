import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { FileEntry } from '../../shared/snapshot/file.ts';
import type { Monitoring } from '../monitoring.ts';
import type { Snapshot } from '../snapshot.ts';
import type { StoreList } from '../store-list.ts';
import { readVerifiedBlob } from '../verified-blobs.ts';
import type { MirrorDirectory } from './mirror-directory.ts';
import { partsOf } from './snapshot-parts.ts';

/** Blobs of the snapshot, those that were not there yet, and the octets of these. */
export interface CopiedBlobs {
  readonly total: number;
  readonly written: number;
  readonly octets: number;
}

export type CopyError =
  /** What the head names is withheld. What is written stays, and the next run goes on from there. */
  | { readonly code: 'blob-unavailable'; readonly hash: string }
  /** The signed snapshot contradicts itself. */
  | { readonly code: 'snapshot-inconsistent'; readonly hash: string };

interface Copied {
  readonly blobs: CopiedBlobs;
  readonly files: readonly FileEntry[];
}

/** Blobs under way at once. */
const AT_ONCE = 8;

interface Copying {
  readonly directory: MirrorDirectory;
  readonly stores: StoreList;
  readonly monitoring: Monitoring;
}

/** Each blob of a snapshot into the directory, unless it is there. */
export async function copyBlobs(
  snapshot: Snapshot,
  { directory, stores, monitoring }: Copying,
): Promise<Result<Copied, CopyError>> {
  let total = 0;
  let written = 0;
  let octets = 0;
  const failures: CopyError[] = [];

  async function copy(hash: Uint8Array): Promise<Result<Uint8Array, CopyError>> {
    total += 1;
    const name = hexFromBytes(hash);
    const held = await directory.blob(name);
    if (held) return ok(held);
    const bytes = await readVerifiedBlob(stores, hash, monitoring);
    if (!bytes.ok) return err({ code: 'blob-unavailable', hash: name });
    await directory.putBlob(name, bytes.value);
    written += 1;
    octets += bytes.value.length;
    return bytes;
  }

  const parts = await partsOf(snapshot, copy);
  if (!parts.ok) return parts;
  const hashes = parts.value.leaves.values();
  const worker = async () => {
    for (const hash of hashes) {
      if (failures.length > 0) return;
      const copied = await copy(hash);
      if (!copied.ok) failures.push(copied.error);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const [failed] = failures;
  if (failed) return err(failed);
  return ok({ blobs: { total, written, octets }, files: parts.value.files });
}
