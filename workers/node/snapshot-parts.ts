import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import {
  decodeFilePage,
  decodeShardPage,
  isNoShard,
  SHARDS_IN_ROOT_BITS,
} from '../../shared/snapshot/directory.ts';
import type { FileEntry } from '../../shared/snapshot/file.ts';
import type { Decoded } from '../../shared/snapshot/wire.ts';
import type { Snapshot } from '../snapshot.ts';

/** What a snapshot consists of below its root and pages. */
export interface SnapshotParts {
  /** OCSP shards and chunks, each once, by name. */
  readonly leaves: ReadonlyMap<string, Uint8Array>;
  readonly files: readonly FileEntry[];
}

type Inconsistent = { readonly code: 'snapshot-inconsistent'; readonly hash: string };

/** Reads, with `copy`, the root again and every page, and lists what they name. */
export async function partsOf<E>(
  snapshot: Snapshot,
  copy: (hash: Uint8Array) => Promise<Result<Uint8Array, E>>,
): Promise<Result<SnapshotParts, E | Inconsistent>> {
  async function page<T>(
    hash: Uint8Array,
    decode: (bytes: Uint8Array) => Decoded<T>,
  ): Promise<Result<T, E | Inconsistent>> {
    const bytes = await copy(hash);
    if (!bytes.ok) return bytes;
    const decoded = decode(bytes.value);
    if (decoded.ok) return decoded;
    return err({ code: 'snapshot-inconsistent', hash: hexFromBytes(hash) });
  }

  const root = await copy(snapshot.head.rootHash);
  if (!root.ok) return root;
  const shards: Uint8Array[] = [];
  for (const { shardBits, hashes } of [...snapshot.issuers.sha256.values()].flat()) {
    if (shardBits <= SHARDS_IN_ROOT_BITS) {
      shards.push(...hashes);
      continue;
    }
    for (const hash of hashes) {
      const read = await page(hash, decodeShardPage);
      if (!read.ok) return read;
      shards.push(...read.value.shardHashes);
    }
  }
  const { files: table } = snapshot;
  const files: FileEntry[] = table.level === 'root' ? [...table.entries] : [];
  for (const hash of table.level === 'pages' ? table.pageHashes : []) {
    const read = await page(hash, decodeFilePage);
    if (!read.ok) return read;
    files.push(...read.value.entries);
  }
  const leaves = [...shards, ...files.flatMap(({ chunkHashes }) => chunkHashes)];
  const named = leaves.filter((hash) => !isNoShard(hash));
  return ok({ leaves: new Map(named.map((hash) => [hexFromBytes(hash), hash])), files });
}
