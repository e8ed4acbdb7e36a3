import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Clock } from '../../shared/time.ts';
import type { Operations } from '../operations/operations.ts';
import type { OperatorRegister } from '../operators/register.ts';
import { answerClientError } from './client-error.ts';
import type { EdgePort } from './edge-handler.ts';
import type { APIEvent } from './events.ts';
import { DEFAULT_LIMITS, type ListenerLimits } from './limits.ts';
import { type HandlerDeps, handleRequest, identify } from './request-handler.ts';
import { serverOptions } from './server-options.ts';

export interface ListenerOptions {
  /** An address of this machine, such as `127.0.0.1`, `::1` or a name that resolves to one. */
  readonly host: string;
  /** 0 to 65,535; 0 takes any free port. */
  readonly port: number;
  /** PEM: the server's certificate, then any intermediate ones. */
  readonly serverCertificate: string;
  /** PEM: PKCS#8 or SEC1, not encrypted. */
  readonly serverKey: string;
  /** PEM: the only CA whose client certificates are let in. */
  readonly operatorCA: string;
  readonly operations: Operations;
  /** Which edges are let in, and to what; absent: none. */
  readonly edge?: EdgePort | undefined;
  readonly clock: Clock;
  /** Who the operators are; asked for every request. */
  readonly register: OperatorRegister;
  readonly log?: (event: APIEvent) => void;
  readonly limits?: Partial<ListenerLimits>;
}

export interface Listener {
  readonly port: number;
  /** `https://host:port`, without a path. */
  readonly url: string;
  /**
   * Destroys every open connection whose client is no longer let in, also one with a request under
   * way, and says how many; call it after a revocation. `but` is a key whose holder is still to hear the
   * answer. Requests on such connections are refused in any case.
   */
  dropRevoked(but?: string): number;
  /** Takes no more connections, lets requests under way end, then cuts what is left. */
  close(): Promise<void>;
}

/** `reason` is the system's or OpenSSL's own words. */
export type ListenError = {
  readonly code: 'port-in-use' | 'address-refused' | 'tls-material-refused';
  readonly reason: string;
};

/**
 * HTTP/1.1 over TLS 1.3 with client certificates, and nothing else (ADR 5). The handshake is
 * finished with any client and then refused here, by reason: inside the handshake the signer could
 * not say, or record, why. No operation runs for a client that `identifyClient` does not know.
 */
export async function startListener(
  options: ListenerOptions,
): Promise<Result<Listener, ListenError>> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const log = options.log ?? (() => undefined);
  const { operations, clock, edge, register } = options;
  const { maxBodyBytes } = limits;
  const sockets = new Set<TLSSocket>();
  const dropRefused = (): void => void dropRevoked(sockets, deps);
  const deps = { operations, clock, register, log, edge, maxBodyBytes, dropRefused };
  const server = createTLSServer(options, limits, deps);
  if (!server.ok) return server;
  server.value.maxConnections = limits.maxConnections;
  server.value.maxRequestsPerSocket = limits.maxRequestsPerSocket;
  watchConnections(server.value, sockets, limits, deps);
  const port = await listen(server.value, options.host, options.port);
  if (!port.ok) return port;
  const url = `https://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port.value}`;
  log({ type: 'listening', url });
  return ok({
    port: port.value,
    url,
    dropRevoked: (but) => dropRevoked(sockets, deps, but),
    close: () => close(server.value, limits, log),
  });
}

function createTLSServer(
  options: ListenerOptions,
  limits: ListenerLimits,
  deps: HandlerDeps,
): Result<Server, ListenError> {
  try {
    const server = createServer(serverOptions(options, limits), (request, response) => {
      const { socket } = request;
      // https hands out TLS sockets only; anything else has no person behind it.
      if (!(socket instanceof TLSSocket)) return void socket.destroy();
      // After `close` a client's keep-alive would hold the server for no reason.
      response.once('finish', () => void (server.listening || socket.destroySoon()));
      handleRequest(request, response, socket, deps).catch(() => socket.destroy());
    });
    return ok(server);
  } catch (error) {
    return err({ code: 'tls-material-refused', reason: messageOf(error) });
  }
}

/** The connections whose handshake has finished. */
function watchConnections(
  server: Server,
  sockets: Set<TLSSocket>,
  limits: ListenerLimits,
  deps: HandlerDeps,
): void {
  const edges = new Set<TLSSocket>();
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const client = identify(socket, deps);
    if (client.ok) {
      if (client.value.kind !== 'edge') return;
      edges.add(socket);
      socket.once('close', () => edges.delete(socket));
      if (edges.size <= limits.maxEdgeConnections) return;
      deps.log({ type: 'connection-refused', maxConnections: limits.maxEdgeConnections });
      return void socket.destroy();
    }
    // Long enough to be told why over HTTP, too short to take a place from those who may come in.
    const timer = setTimeout(() => socket.destroy(), limits.refusedLingerMs);
    socket.once('close', () => clearTimeout(timer));
  });
  server.on('tlsClientError', (error) => {
    deps.log({ type: 'handshake-refused', reason: codeOf(error) });
  });
  server.on('drop', () => {
    deps.log({ type: 'connection-refused', maxConnections: limits.maxConnections });
  });
  server.on('clientError', (error, socket) => answerClientError(error, socket, deps.log));
}

function dropRevoked(sockets: ReadonlySet<TLSSocket>, deps: HandlerDeps, but?: string): number {
  let dropped = 0;
  for (const socket of sockets) {
    const client = identify(socket, deps);
    if (client.ok || ('spkiSha256' in client.error && client.error.spkiSha256 === but)) continue;
    deps.log({ type: 'client-refused', ...client.error });
    socket.destroy();
    dropped++;
  }
  return dropped;
}

function listen(server: Server, host: string, port: number): Promise<Result<number, ListenError>> {
  return new Promise((resolve) => {
    server.once('error', (error) => {
      const code = codeOf(error) === 'EADDRINUSE' ? 'port-in-use' : 'address-refused';
      resolve(err({ code, reason: error.message }));
    });
    server.listen({ host, port, exclusive: true }, () => {
      // A TCP server that listens has an AddressInfo.
      resolve(ok((server.address() as AddressInfo).port));
    });
  });
}

function close(
  server: Server,
  limits: ListenerLimits,
  log: (event: APIEvent) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), limits.closeGraceMs);
    server.close(() => {
      clearTimeout(timer);
      log({ type: 'closed' });
      resolve();
    });
    server.closeIdleConnections();
  });
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
