import { type BlobStore, blobKey, HEAD_KEY } from './blob-store.ts';

/** Seconds that KV may answer a read from its own cache; the platform takes no less than 30. */
const HEAD_CACHE_TTL = 30;
const BLOB_CACHE_TTL = 86_400;

/** Workers KV. A head may be 30 seconds old; a blob never changes, so its age does not matter. */
export function kvBlobStore(namespace: KVNamespace): BlobStore {
  return {
    async head() {
      return octets(
        await namespace.get(HEAD_KEY, { type: 'arrayBuffer', cacheTtl: HEAD_CACHE_TTL }),
      );
    },
    async blob(hash) {
      const key = blobKey(hash);
      const cached = await namespace.get(key, { type: 'arrayBuffer', cacheTtl: BLOB_CACHE_TTL });
      // KV also remembers for the whole cacheTtl that a key was absent, and a head can be seen
      // before the blobs it names; the shorter cacheTtl makes KV look again.
      return octets(
        cached ?? (await namespace.get(key, { type: 'arrayBuffer', cacheTtl: HEAD_CACHE_TTL })),
      );
    },
  };
}

function octets(value: ArrayBuffer | null): Uint8Array | null {
  return value && new Uint8Array(value);
}
