import type { UnixSeconds } from '../../../shared/time.ts';

/**
 * All that the core may use of the world. There is no other way out: what a person drops here can
 * leave the browser only as an OCSPRequest, which names a certificate and holds nothing of it.
 */
export interface World {
  readonly now: () => UnixSeconds;
  /** GET of a path of this very origin; `undefined` unless it is there, within the bound. */
  readonly get: (path: string, maxOctets: number) => Promise<Uint8Array | undefined>;
  /** POST of a DER OCSPRequest to this very origin (RFC 6960 A.1); `undefined` as above. */
  readonly askOCSP: (request: Uint8Array) => Promise<Uint8Array | undefined>;
}
