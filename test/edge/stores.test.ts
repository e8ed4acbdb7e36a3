import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { BlobStore } from '../../workers/blob-store.ts';
import { storesOf } from '../../workers/node/source.ts';

const HASH = 'ab'.repeat(32);
const directory = mkdtempSync(join(tmpdir(), 'inkan-stores-'));
mkdirSync(join(directory, 'blob'));
writeFileSync(join(directory, 'head'), 'the head');
writeFileSync(join(directory, 'blob', HASH), 'a blob');

interface Asked {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
}
const asked: Asked[] = [];
let reply: (response: ServerResponse) => void = () => undefined;
const server = createServer((request: IncomingMessage, response) => {
  asked.push({ url: request.url, authorization: request.headers.authorization });
  reply(response);
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(directory, { recursive: true });
});

function open(source: Parameters<typeof storesOf>[0][number]): BlobStore {
  const [named] = storesOf([source], fetch);
  if (!named) throw new Error('no store');
  return named.store;
}

const text = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes);

describe('a directory as a store', () => {
  const store = open({ kind: 'directory', path: directory });

  it('ADR 1: it gives head and blobs, and null for what is not there', async () => {
    expect(text(await store.head())).toBe('the head');
    expect(text(await store.blob(HASH))).toBe('a blob');
    expect(await store.blob('00'.repeat(32))).toBeNull();
    expect(await open({ kind: 'directory', path: join(directory, 'head') }).head()).toBeNull();
  });

  it('ADR 1: it rejects what cannot be a value: a directory, a file over 25 MiB', async () => {
    mkdirSync(join(directory, 'blob', 'cd'.repeat(32)));
    await expect(store.blob('cd'.repeat(32))).rejects.toThrow();
    writeFileSync(join(directory, 'blob', 'ef'.repeat(32)), '');
    truncateSync(join(directory, 'blob', 'ef'.repeat(32)), 25 * 1024 * 1024 + 1);
    await expect(store.blob('ef'.repeat(32))).rejects.toThrow('value too large');
  });
});

describe('a host that hangs', () => {
  const hanging = [
    ['before the header', () => undefined],
    ['in the middle of the body', (response: ServerResponse) => void response.write('begin')],
  ] as const;

  it.each(hanging)('HTTP-15: %s: its connection is given up with the reading', async (_, hang) => {
    const store = open({ kind: 'url', url: base });
    const readings = [
      (signal: AbortSignal) => store.head(signal),
      (signal: AbortSignal) => store.blob(HASH, signal),
    ];
    for (const read of readings) {
      const controller = new AbortController();
      const closed = new Promise<void>((resolve) => {
        reply = (response) => {
          response.once('close', resolve);
          hang(response);
          controller.abort(new Error('too slow'));
        };
      });
      await expect(read(controller.signal)).rejects.toThrow('too slow');
      await closed;
    }
    asked.splice(0);
  });
});

describe("Workers KV's REST API as a store", () => {
  const namespace = `${base}/accounts/1/storage/kv/namespaces/2`;

  it('KV: keys are escaped, and the token is sent', async () => {
    const store = open({ kind: 'kv', url: namespace, token: 'secret' });
    reply = (response) => response.end('octets');
    expect(text(await store.head())).toBe('octets');
    expect(text(await store.blob(HASH))).toBe('octets');
    const authorization = 'Bearer secret';
    expect(asked.splice(0)).toEqual([
      { url: '/accounts/1/storage/kv/namespaces/2/values/head', authorization },
      { url: `/accounts/1/storage/kv/namespaces/2/values/blob%2F${HASH}`, authorization },
    ]);
  });

  it('KV: without a token none is sent', async () => {
    reply = (response) => response.end('octets');
    await open({ kind: 'kv', url: namespace, token: null }).head();
    expect(asked.splice(0)[0]?.authorization).toBeUndefined();
  });

  it.each([
    [404, 'null'],
    [401, 'rejects'],
    [429, 'rejects'],
    [302, 'rejects'],
  ])('KV: status %i: it %s', async (status, outcome) => {
    reply = (response) => response.writeHead(status, { location: `${base}/elsewhere` }).end('no');
    const head = open({ kind: 'kv', url: namespace, token: null }).head();
    if (outcome === 'null') expect(await head).toBeNull();
    else await expect(head).rejects.toThrow(`HTTP ${status}`);
    expect(asked.splice(0).map(({ url }) => url)).not.toContain('/elsewhere');
  });
});
