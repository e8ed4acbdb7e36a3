import { type BlobStore, blobKey, HEAD_KEY } from '../blob-store.ts';
import { abortable, type Fetch, readValue } from '../http-store.ts';

/**
 * Workers KV over its REST API: `<baseURL>/values/<key>`, the key escaped. For reading a snapshot
 * now and then; a token may ask 1,200 times in five minutes.
 */
export function kvRestStore(baseURL: string, token: string | null, fetch: Fetch): BlobStore {
  const init: RequestInit = token === null ? {} : { headers: { Authorization: `Bearer ${token}` } };
  const read = (key: string, signal: AbortSignal | undefined) =>
    readValue(fetch, `${baseURL}/values/${encodeURIComponent(key)}`, {
      ...init,
      ...abortable(signal),
    });
  return {
    head: (signal) => read(HEAD_KEY, signal),
    blob: (hash, signal) => read(blobKey(hash), signal),
  };
}
