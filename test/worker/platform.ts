import { env } from 'cloudflare:workers';
import type { BlobStore } from '../../workers/blob-store.ts';
import type { Deps } from '../../workers/deps.ts';
import type { Env } from '../../workers/env.ts';
import { kvBlobStore } from '../../workers/kv-store.ts';
import type { Radar } from '../../workers/radar.ts';
import { answer } from '../../workers/routes.ts';

/**
 * What these tests have of workerd alone. The files that speak of nothing else run a second time on
 * Node.js, with `test/edge/platform.ts` in place of this one.
 */

/** The real KV of the test's workerd, under the binding that production uses. */
export const KV: KVNamespace = (env as { readonly SNAPSHOT: KVNamespace }).SNAPSHOT;

export function platformStore(): BlobStore {
  return kvBlobStore(KV);
}

export function putValue(key: string, value: Uint8Array): Promise<void> {
  return KV.put(key, value);
}

let objects = 0;

/** The real Durable Object, a new one each time. */
export function newRadar(): Radar {
  const { RADAR: namespace } = env as unknown as Env;
  if (!namespace) throw new Error('wrangler.toml binds no RADAR');
  const name = `radar-${objects++}`;
  const object = () => namespace.get(namespace.idFromName(name));
  return {
    record: async (batches) => object().record(batches),
    report: async (since) => object().report(since),
  };
}

export type Ask = (url: string, init?: RequestInit) => Promise<Response>;

/** A way to send requests to handlers with these `deps`. */
export function openDoor(deps: Deps): Ask {
  return async (url, init) => answer(new Request(url, init), deps);
}

/** Octets that a client can send though nobody reads them. */
export const SENT_UNREAD_MOST = 0;
