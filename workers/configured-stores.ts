import type { EdgeConfiguration } from './deps.ts';
import type { Env } from './env.ts';
import { httpBlobStore } from './http-store.ts';
import { kvBlobStore } from './kv-store.ts';
import { r2BlobStore } from './r2-store.ts';
import type { NamedStore } from './store-list.ts';

/** KV, R2, mirrors, the signer itself: the nearest first, and what costs the signer work last. */
export function configuredStores(
  env: Env,
  { mirrors, signerURL }: Pick<EdgeConfiguration, 'mirrors' | 'signerURL'>,
): readonly NamedStore[] {
  const { SNAPSHOT: kv, SNAPSHOT_BUCKET: bucket, SIGNER: signer } = env;
  const named = mirrors.map((url, i) => ({
    name: `mirror-${i + 1}`,
    store: httpBlobStore(url, (address, init) => fetch(address, init)),
  }));
  return [
    { name: 'kv', store: kvBlobStore(kv) },
    ...(bucket ? [{ name: 'r2', store: r2BlobStore(bucket) }] : []),
    ...named,
    ...(signer
      ? [
          {
            name: 'signer',
            store: httpBlobStore(`${signerURL}/v1/snapshot/`, (address, init) =>
              signer.fetch(address, init),
            ),
          },
        ]
      : []),
  ];
}
