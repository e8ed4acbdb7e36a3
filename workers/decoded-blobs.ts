import { ok, type Result } from '../shared/result.ts';
import type { Decoded } from '../shared/snapshot/wire.ts';
import { createMemo, memoKey } from './memo.ts';
import type { Monitoring } from './monitoring.ts';
import type { StoreList } from './store-list.ts';
import { type BlobFailure, inconsistentBlob, readVerifiedBlob } from './verified-blobs.ts';

/** Blobs of one kind: verified, decoded, and kept while there is room. */
export interface DecodedBlobs<T> {
  /** What memory holds, without waiting. */
  held(hash: Uint8Array): T | undefined;
  read(hash: Uint8Array): Promise<Result<T, BlobFailure>>;
}

export interface BlobKind<T> {
  readonly decode: (bytes: Uint8Array) => Decoded<T>;
  /** How many small objects the decoded value consists of beside its octets. */
  readonly objects: (value: T) => number;
  readonly memoMaxBytes: number;
}

/** What V8 takes for one of those objects, roughly. */
const OBJECT_BYTES = 128;

export function createDecodedBlobs<T>(
  kind: BlobKind<T>,
  stores: StoreList,
  monitoring: Monitoring,
): DecodedBlobs<T> {
  const memo = createMemo<T>(kind.memoMaxBytes);
  return {
    held: (hash) => memo.get(memoKey(hash)),
    async read(hash) {
      const key = memoKey(hash);
      const held = memo.get(key);
      if (held !== undefined) return ok(held);
      const bytes = await readVerifiedBlob(stores, hash, monitoring);
      if (!bytes.ok) return bytes;
      const decoded = kind.decode(bytes.value);
      if (!decoded.ok) return inconsistentBlob(monitoring, 'blob-format', decoded.error.reason);
      memo.put(key, decoded.value, bytes.value.length + kind.objects(decoded.value) * OBJECT_BYTES);
      return decoded;
    },
  };
}
