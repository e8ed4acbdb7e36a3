import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { err, ok, type Result } from '../../shared/result.ts';
import { EXPOSITION_TYPE, expositionOf, type Metric } from './exposition.ts';

export interface MetricsListener {
  /** `http://host:port/metrics`. */
  readonly url: string;
  close(): Promise<void>;
}

const CONNECTIONS_MOST = 8;
const REQUEST_MILLISECONDS = 5_000;

/**
 * GET /metrics over plain HTTP, for Prometheus. What it tells is no secret of the keys, but who can
 * ask learns how the CA works: it listens on this machine unless config.json names another address.
 */
export async function startMetricsListener(
  at: { readonly host: string; readonly port: number },
  collect: () => readonly Metric[],
): Promise<Result<MetricsListener, { readonly reason: string }>> {
  const server = createServer((request, response) => answer(request, response, collect));
  server.maxConnections = CONNECTIONS_MOST;
  server.requestTimeout = REQUEST_MILLISECONDS;
  server.headersTimeout = REQUEST_MILLISECONDS;
  server.keepAliveTimeout = REQUEST_MILLISECONDS;
  const listening = await new Promise<Result<true, { readonly reason: string }>>((resolve) => {
    server.once('error', ({ message }) => resolve(err({ reason: message })));
    server.listen({ ...at, exclusive: true }, () => resolve(ok(true)));
  });
  if (!listening.ok) return listening;
  // A TCP server that listens has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  const host = at.host.includes(':') ? `[${at.host}]` : at.host;
  return ok({
    url: `http://${host}:${port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

interface Said {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const PLAIN = 'text/plain; charset=utf-8';

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  collect: () => readonly Metric[],
): void {
  const { status, type, text } = answerTo(request, collect);
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    ...(status === 405 && { Allow: 'GET, HEAD' }),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

function answerTo({ url, method }: IncomingMessage, collect: () => readonly Metric[]): Said {
  if (url?.split('?')[0] !== '/metrics')
    return { status: 404, type: PLAIN, text: 'ask for /metrics\n' };
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, type: PLAIN, text: 'ask with GET\n' };
  try {
    return { status: 200, type: EXPOSITION_TYPE, text: expositionOf(collect()) };
  } catch {
    // Such as a database that is being closed: Prometheus counts it as a scrape that failed.
    return { status: 503, type: PLAIN, text: 'nothing can be measured now\n' };
  }
}
