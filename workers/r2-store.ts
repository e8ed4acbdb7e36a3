import { type BlobStore, blobKey, HEAD_KEY } from './blob-store.ts';

/** An R2 bucket with the keys that KV has. Strongly consistent, so that its head is the newest. */
export function r2BlobStore(bucket: R2Bucket): BlobStore {
  const read = async (key: string) => {
    const object = await bucket.get(key);
    return object && new Uint8Array(await object.arrayBuffer());
  };
  return { head: () => read(HEAD_KEY), blob: (hash) => read(blobKey(hash)) };
}
