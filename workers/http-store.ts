import { concatBytes } from '../shared/bytes.ts';
import { type BlobStore, blobKey, HEAD_KEY } from './blob-store.ts';

/** What reads over HTTP: the platform's fetch, or a binding that speaks for us (mTLS). */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Content is verified whatever it came over, so that plain http does as well. */
export function isMirrorURL(text: string): boolean {
  const url = URL.parse(text);
  return (url?.protocol === 'https:' || url?.protocol === 'http:') && url.search + url.hash === '';
}

/** A KV value cannot be larger, so nothing that was published is. */
export const VALUE_MAX_OCTETS: number = 25 * 1024 * 1024;

/**
 * Any host that serves the files of `inkan mirror` (`head`, `blob/<sha256>`) below `baseURL`, and
 * the signer's own port. No redirect is followed and no more than the largest value is read.
 */
export function httpBlobStore(baseURL: string, fetch: Fetch): BlobStore {
  const base = baseURL.endsWith('/') ? baseURL : `${baseURL}/`;
  return {
    // A head is asked for again because a newer one is wanted: no cache in between may answer.
    head: (signal) =>
      readValue(fetch, base + HEAD_KEY, { cache: 'no-store', ...abortable(signal) }),
    blob: (hash, signal) => readValue(fetch, base + blobKey(hash), abortable(signal)),
  };
}

/** A signal only where there is one. */
export function abortable(signal: AbortSignal | undefined): RequestInit {
  return signal ? { signal } : {};
}

/** Null for 404 and 410; rejects at any other status but 200, redirects included, and when the signal of `init` is aborted. */
export async function readValue(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  most: number = VALUE_MAX_OCTETS,
): Promise<Uint8Array | null> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  if (response.status !== 200) {
    await response.body?.cancel();
    if (response.status === 404 || response.status === 410) return null;
    throw new Error(`HTTP ${response.status}`);
  }
  const declared = response.headers.get('content-length');
  if (declared !== null && Number(declared) > most) {
    await response.body?.cancel();
    throw new Error('value too large');
  }
  return response.body ? drain(response.body, most, init.signal) : new Uint8Array(0);
}

async function drain(
  body: ReadableStream<Uint8Array>,
  most: number,
  signal: RequestInit['signal'],
): Promise<Uint8Array> {
  const reader = body.getReader();
  const stop = () => void reader.cancel().catch(() => undefined);
  // The platform's fetch may have taken the signal for the header alone.
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  try {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) return concatBytes(pieces);
      length += value.length;
      if (length > most) throw new Error('value too large');
      pieces.push(value);
    }
  } catch (error) {
    stop();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
