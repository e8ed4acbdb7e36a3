/** What one client, known or not, can take from the listener. Times are milliseconds. */
export interface ListenerLimits {
  readonly maxConnections: number;
  /** Of them, those of edges: what is left is the operators'. */
  readonly maxEdgeConnections: number;
  readonly maxRequestsPerSocket: number;
  readonly maxBodyBytes: number;
  /** Octets of request line and header fields together. */
  readonly maxHeaderBytes: number;
  /** From the TCP connection to the end of the handshake. */
  readonly handshakeTimeoutMs: number;
  /** From the first octet of a request to the end of its header. */
  readonly headersTimeoutMs: number;
  /** From the first octet of a request to its last; the operation's own time does not count. */
  readonly requestTimeoutMs: number;
  /** Between two requests on one connection. */
  readonly keepAliveTimeoutMs: number;
  /** How often the two request timeouts are looked at. */
  readonly checkIntervalMs: number;
  /** How long a connection that is refused may stay to hear why. */
  readonly refusedLingerMs: number;
  /** How long requests under way may take after `close`. */
  readonly closeGraceMs: number;
}

/** A request of a 16,384-bit key with a long subject is about 5 kB, in base64 7 kB. */
export const DEFAULT_LIMITS: ListenerLimits = {
  maxConnections: 128,
  maxEdgeConnections: 64,
  maxRequestsPerSocket: 1_000,
  maxBodyBytes: 64 << 10,
  maxHeaderBytes: 8 << 10,
  handshakeTimeoutMs: 5_000,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 20_000,
  keepAliveTimeoutMs: 5_000,
  checkIntervalMs: 1_000,
  refusedLingerMs: 2_000,
  closeGraceMs: 30_000,
};
