/**
 * What the listener tells its operator. No client addresses: who may come in is known by key, and
 * who may not is counted by reason.
 */
export type APIEvent =
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'closed' }
  /** The TLS handshake did not finish; `reason` is OpenSSL's or Node's error code. */
  | { readonly type: 'handshake-refused'; readonly reason: string }
  /** The handshake finished, and the client certificate was missing or refused. */
  | {
      readonly type: 'client-refused';
      readonly code: string;
      readonly reason?: string;
      readonly spkiSha256?: string;
    }
  | { readonly type: 'connection-refused'; readonly maxConnections: number }
  /** Bytes that are no HTTP request, or that came too slowly. */
  | { readonly type: 'http-refused'; readonly code: string }
  | {
      readonly type: 'request';
      readonly method: string;
      /** The pattern, never the path as asked. */
      readonly route: string;
      readonly status: number;
      readonly code?: string;
      readonly person: string;
      readonly spkiSha256: string;
    }
  /** A bug: the client was told nothing but that it happened. */
  | {
      readonly type: 'request-failed';
      readonly route: string;
      readonly error: string;
      readonly stack?: string;
    };
