import type { Fetch } from '../http-store.ts';
import { httpBlobStore } from '../http-store.ts';
import type { NamedStore } from '../store-list.ts';
import { directoryStore } from './directory-store.ts';
import { kvRestStore } from './kv-rest-store.ts';

/** Where a snapshot is read from; none of them is trusted. */
export type Source =
  /** Absolute path of what `inkan mirror` wrote. */
  | { readonly kind: 'directory'; readonly path: string }
  /** Base URL of a host that serves such a directory. */
  | { readonly kind: 'url'; readonly url: string }
  /** Base URL of a namespace of Workers KV; the token is sent as it is, null for none. */
  | { readonly kind: 'kv'; readonly url: string; readonly token: string | null };

/** One call of a reader that brings no time limit of its own, as `inkan mirror`. */
const CALL_MILLISECONDS = 30_000;

/** In this order, named as counters and logs know them. */
export function storesOf(sources: readonly Source[], fetch: Fetch): readonly NamedStore[] {
  const bounded: Fetch = (url, init) =>
    fetch(url, { ...init, signal: init.signal ?? AbortSignal.timeout(CALL_MILLISECONDS) });
  return sources.map((source, i) => ({
    name: `${source.kind}-${i + 1}`,
    store: storeOf(source, bounded),
  }));
}

function storeOf(source: Source, fetch: Fetch): NamedStore['store'] {
  switch (source.kind) {
    case 'directory':
      return directoryStore(source.path);
    case 'url':
      return httpBlobStore(source.url, fetch);
    case 'kv':
      return kvRestStore(source.url, source.token, fetch);
  }
}
