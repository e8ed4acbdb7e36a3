import { beforeAll, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../shared/bytes.ts';
import { CHUNK_OCTETS } from '../../shared/snapshot/file.ts';
import { addSeconds, httpDate } from '../../shared/time.ts';
import {
  createPublisher,
  DAY,
  digest,
  HOUR,
  NOW,
  type TestFile,
  type TestPublisher,
} from '../support/edge-snapshot.ts';
import { bodyHex, bodyOf, type Edge, openEdge, publish, TestStore } from './edge.ts';

const THIS_UPDATE = addSeconds(NOW, -DAY);
const NEXT_UPDATE = addSeconds(NOW, 364 * DAY);

/** Octets that differ from place to place, so that chunks cannot be mistaken. */
function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 12) + 7 * (i >> 20)) & 0xff;
  return bytes;
}

const CRL: TestFile = {
  path: '/SC-Root2/SCRoot2CRL.crl',
  mediaType: 1,
  bytes: pattern(700),
  thisUpdate: THIS_UPDATE,
  nextUpdate: NEXT_UPDATE,
};
const CA_CERTIFICATE: TestFile = {
  path: '/SC-Root2/SCRoot2ca.cer',
  mediaType: 2,
  bytes: pattern(900),
};
const LARGE: TestFile = { ...CRL, path: '/large.crl', bytes: pattern(2 * CHUNK_OCTETS + 5) };
const EXPIRED: TestFile = { ...CRL, path: '/expired.crl', nextUpdate: NOW };
const FUTURE: TestFile = { ...CRL, path: '/future.crl', thisUpdate: addSeconds(NOW, 1) };
const ENDING: TestFile = { ...CRL, path: '/ending.crl', nextUpdate: addSeconds(NOW, 100) };
const EMPTY: TestFile = { path: '/empty.txt', mediaType: 4, bytes: new Uint8Array(0) };
const OTHERS: readonly TestFile[] = (
  [
    ['/chain.p7c', 3],
    ['/page.html', 5],
    ['/cps.pdf', 6],
    ['/list.json', 7],
  ] as const
).map(([path, mediaType]) => ({ path, mediaType, bytes: pattern(64) }));
const FILES = [CRL, CA_CERTIFICATE, LARGE, EXPIRED, FUTURE, ENDING, EMPTY, ...OTHERS];

let publisher: TestPublisher;
let edge: Edge;
let paged: Edge;

beforeAll(async () => {
  publisher = await createPublisher();
  await publish(publisher, { files: FILES });
  edge = openEdge(publisher);
  const store = new TestStore();
  await store.publish(publisher, { files: FILES, filePageBits: 2 });
  paged = openEdge(publisher, { stores: [store] });
});

const maxAgeOf = (response: Response) =>
  Number(/max-age=(\d+)/.exec(response.headers.get('cache-control') ?? '')?.[1]);

describe('a file', () => {
  it.each([
    ['HTTP-11', CRL, 'application/pkix-crl'],
    ['HTTP-12', CA_CERTIFICATE, 'application/pkix-cert'],
    ['HTTP-12', OTHERS[0], 'application/pkcs7-mime; smime-type=certs-only'],
    ['HTTP-12', EMPTY, 'text/plain; charset=utf-8'],
    ['HTTP-12', OTHERS[1], 'text/html; charset=utf-8'],
    ['HTTP-12', OTHERS[2], 'application/pdf'],
    ['HTTP-12', OTHERS[3], 'application/json'],
  ] as const)('%s: its octets come with its type and length', async (_, file, type) => {
    if (!file) throw new Error('no file');
    for (const where of [edge, paged]) {
      const response = await where.fetch(file.path);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
      expect(response.headers.get('content-length')).toBe(String(file.bytes.length));
      expect(await bodyHex(response)).toBe(hexFromBytes(file.bytes));
    }
  });

  it('HTTP-13: a CRL has ETag, Last-Modified and a short life in caches', async () => {
    const { headers } = await edge.fetch(CRL.path);
    const hash = hexFromBytes(await digest('SHA-256', CRL.bytes));
    expect(headers.get('etag')).toBe(`"${hash}"`);
    expect(headers.get('last-modified')).toBe(httpDate(THIS_UPDATE));
    expect(headers.get('cache-control')).toBe(
      'max-age=3600, public, no-transform, must-revalidate',
    );
    expect(headers.get('expires')).toBe(httpDate(addSeconds(NOW, HOUR)));
  });

  it('HTTP-13: max-age ends before nextUpdate', async () => {
    expect(maxAgeOf(await edge.fetch(ENDING.path))).toBe(99);
  });

  it('HTTP-13: a file without window has no Last-Modified', async () => {
    const { headers } = await edge.fetch(CA_CERTIFICATE.path);
    expect([headers.get('last-modified'), headers.get('expires')]).toEqual([
      null,
      httpDate(addSeconds(NOW, HOUR)),
    ]);
  });

  it('HTTP-13: a query does not matter', async () => {
    expect((await edge.fetch(`${CRL.path}?now`)).status).toBe(200);
  });

  it('HTTP-7: If-None-Match and If-Modified-Since give 304', async () => {
    const etag = (await edge.fetch(CRL.path)).headers.get('etag') ?? '';
    for (const headers of [
      { 'if-none-match': etag },
      { 'if-modified-since': httpDate(THIS_UPDATE) },
    ]) {
      const response = await edge.fetch(CRL.path, { headers });
      expect([response.status, response.headers.get('etag'), await bodyHex(response)]).toEqual([
        304,
        etag,
        '',
      ]);
    }
    const other = { 'if-none-match': '"other"', 'if-modified-since': httpDate(NOW) };
    expect((await edge.fetch(CRL.path, { headers: other })).status).toBe(200);
  });

  it('HTTP-11: HEAD says what GET says and reads no chunk', async () => {
    const cold = openEdge(publisher);
    const head = await cold.fetch(CRL.path, { method: 'HEAD' });
    expect(cold.reads).toEqual({ heads: 1, blobs: 1 });
    expect([...head.headers]).toEqual([...(await cold.fetch(CRL.path)).headers]);
    expect(await bodyHex(head)).toBe('');
  });
});

describe('what is refused', () => {
  it.each(['/unknown.crl', '/SC-Root2/scroot2crl.crl', '/a/../x.crl', '/%2e.crl', '/é.crl'])(
    'HTTP-11: %s is 404',
    async (path) => {
      for (const where of [edge, paged]) {
        const response = await where.fetch(path);
        expect([response.status, response.headers.get('cache-control')]).toEqual([
          404,
          'no-store, max-age=0',
        ]);
      }
    },
  );

  it.each([EXPIRED, FUTURE])(
    'HTTP-13: the CRL $path is outside its window: 503',
    async ({ path }) => {
      const response = await edge.fetch(path);
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60']);
      expect(response.headers.get('cache-control')).toBe('no-store, max-age=0');
    },
  );

  it('REQ-8: PUT and DELETE are 405', async () => {
    for (const method of ['PUT', 'DELETE'])
      expect((await edge.fetch(CRL.path, { method })).status).toBe(405);
  });
});

describe('large files', () => {
  it('HTTP-11: a file of three chunks arrives whole', async () => {
    const cold = openEdge(publisher);
    const response = await cold.fetch(LARGE.path);
    expect(response.headers.get('content-length')).toBe(String(LARGE.bytes.length));
    const body = await bodyOf(response);
    expect(hexFromBytes(await digest('SHA-256', body))).toBe(
      hexFromBytes(await digest('SHA-256', LARGE.bytes)),
    );
    expect(cold.reads).toEqual({ heads: 1, blobs: 4 });
  });

  it.each([0, 1, 2])('ADR 1: a damaged chunk %i is never sent', async (damaged) => {
    const store = new TestStore();
    await store.publish(publisher, { files: [LARGE] });
    const chunk = LARGE.bytes.subarray(damaged * CHUNK_OCTETS, (damaged + 1) * CHUNK_OCTETS);
    const name = hexFromBytes(await digest('SHA-256', chunk));
    store.blobs.set(name, new Uint8Array(chunk.length));
    const response = await openEdge(publisher, { stores: [store] }).fetch(LARGE.path);
    if (damaged === 0) expect(response.status).toBe(503);
    else await expect(response.arrayBuffer()).rejects.toThrow();
  });
});

describe('without a store', () => {
  it('ADR 1: files are 503 without internals', async () => {
    const store = new TestStore();
    store.fault = 'throws';
    const response = await openEdge(publisher, { stores: [store] }).fetch(CRL.path);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60']);
    expect(await response.text()).toBe('Temporarily unavailable\n');
  });
});
