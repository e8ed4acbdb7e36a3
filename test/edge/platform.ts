import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll } from 'vitest';
import type { BlobStore } from '../../workers/blob-store.ts';
import type { Deps } from '../../workers/deps.ts';
import { directoryStore } from '../../workers/node/directory-store.ts';
import { createEdgeServer } from '../../workers/node/http-server.ts';
import { memoryRadar } from '../../workers/node/memory-radar.ts';
import type { Radar } from '../../workers/radar.ts';
import { serve } from '../../workers/serving.ts';

/**
 * In place of `test/worker/platform.ts`: the same tests ask `inkan edge`, its HTTP server over a
 * socket and its directory store over files.
 */

const directory = mkdtempSync(join(tmpdir(), 'inkan-edge-'));
mkdirSync(join(directory, 'blob'));

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(directory, { recursive: true });
});

export function platformStore(): BlobStore {
  return directoryStore(directory);
}

export async function putValue(key: string, value: Uint8Array): Promise<void> {
  writeFileSync(join(directory, key), value);
}

export function newRadar(): Radar {
  return memoryRadar();
}

export function openDoor(deps: Deps): (url: string, init?: RequestInit) => Promise<Response> {
  const server = createEdgeServer((asked) => serve(asked, deps, () => undefined));
  servers.push(server);
  const listening = once(server.listen(0, '127.0.0.1'), 'listening');
  return async (url, init = {}) => {
    await listening;
    return ask((server.address() as AddressInfo).port, url, init);
  };
}

/** With `node:http`, which leaves the request target as it is and tells of bodies cut short. */
async function ask(port: number, url: string, init: RequestInit): Promise<Response> {
  // The URL as every client writes it, so that both platforms are sent the same target.
  const written = new URL(url);
  const outgoing = request({
    port,
    agent: false,
    method: init.method ?? 'GET',
    path: written.href.slice(written.origin.length),
    headers: Object.fromEntries(new Headers(init.headers)),
  });
  const answered = once(outgoing, 'response');
  void sendBody(outgoing, init.body).catch(() => undefined);
  const [incoming] = (await answered) as [IncomingMessage];
  // The edge may end the connection of a body that goes on; its answer has arrived.
  outgoing.on('error', () => undefined);
  return toResponse(incoming);
}

/** In pieces, so that no Content-Length is added to what the test says. */
async function sendBody(
  outgoing: ReturnType<typeof request>,
  body: RequestInit['body'],
): Promise<void> {
  for await (const piece of new Response(body).body ?? []) {
    if (outgoing.destroyed || outgoing.writableEnded) return;
    if (!outgoing.write(piece)) await once(outgoing, 'drain');
  }
  outgoing.end();
}

async function toResponse(incoming: IncomingMessage): Promise<Response> {
  const { statusCode: status = 0 } = incoming;
  const headers = new Headers();
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i] ?? '', incoming.rawHeaders[i + 1] ?? '');
  }
  const body = status === 304 ? null : Readable.toWeb(incoming);
  return new Response(body as ReadableStream<Uint8Array>, { status, headers });
}

/** What the two sockets hold, and as much again. */
export const SENT_UNREAD_MOST = 32 << 20;
