/**
 * A place that snapshots are kept in. It is trusted with nothing: it may withhold, delay or answer
 * with anything, and the reader checks signature and hash. Whatever can serve files can be one.
 */
export interface BlobStore {
  /**
   * The octets of the newest signed head; null when there is none. Rejects when out of reach. Once
   * `signal` is aborted nobody waits any more: a store that can, lets go of what the reading holds.
   */
  head(signal?: AbortSignal): Promise<Uint8Array | null>;
  /** `hash` in lower-case hexadecimal. Null when it is not there; rejects when out of reach. */
  blob(hash: string, signal?: AbortSignal): Promise<Uint8Array | null>;
}

export const HEAD_KEY = 'head';

export function blobKey(hash: string): string {
  return `blob/${hash}`;
}
