import { beforeAll, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../shared/bytes.ts';
import { CHUNK_OCTETS } from '../../shared/snapshot/file.ts';
import { addSeconds, httpDate } from '../../shared/time.ts';
import {
  createPublisher,
  DAY,
  digest,
  NOW,
  type TestFile,
  type TestPublisher,
} from '../support/edge-snapshot.ts';
import { bodyHex, bodyOf, type Edge, openEdge, publish } from './edge.ts';

const THIS_UPDATE = addSeconds(NOW, -DAY);
const LENGTH = 3 * CHUNK_OCTETS + 5;
const LARGE: TestFile = {
  path: '/large.crl',
  mediaType: 1,
  bytes: Uint8Array.from({ length: LENGTH }, (_, i) => (i * 31 + 7 * (i >> 20)) & 0xff),
  thisUpdate: THIS_UPDATE,
  nextUpdate: addSeconds(NOW, 364 * DAY),
};
const EMPTY: TestFile = { path: '/empty.txt', mediaType: 4, bytes: new Uint8Array(0) };

let publisher: TestPublisher;
let edge: Edge;

beforeAll(async () => {
  publisher = await createPublisher();
  await publish(publisher, { files: [LARGE, EMPTY] });
  edge = openEdge(publisher);
});

const fetchRange = (range: string, more: Record<string, string> = {}, path = LARGE.path) =>
  edge.fetch(path, { headers: { range, ...more } });

describe('one range', () => {
  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=0-99', 0, 100],
    ['bytes=1000-', 1000, LENGTH],
    ['bytes=-7', LENGTH - 7, LENGTH],
    [`bytes=-${10 * LENGTH}`, 0, LENGTH],
    [`bytes=5-${10 * LENGTH}`, 5, LENGTH],
    [`bytes=${CHUNK_OCTETS - 3}-${CHUNK_OCTETS + 2}`, CHUNK_OCTETS - 3, CHUNK_OCTETS + 3],
    [`bytes=${CHUNK_OCTETS}-${2 * CHUNK_OCTETS - 1}`, CHUNK_OCTETS, 2 * CHUNK_OCTETS],
    [`bytes=7-${3 * CHUNK_OCTETS + 1}`, 7, 3 * CHUNK_OCTETS + 2],
  ] as const)('RFC 9110 14: %s gives octets %i to before %i', async (range, first, end) => {
    const response = await fetchRange(range);
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${first}-${end - 1}/${LENGTH}`);
    expect(response.headers.get('content-length')).toBe(String(end - first));
    const body = await bodyOf(response);
    // By hash: three million octets in hexadecimal take seconds.
    const expected = await digest('SHA-256', LARGE.bytes.subarray(first, end));
    expect(hexFromBytes(await digest('SHA-256', body))).toBe(hexFromBytes(expected));
  });

  it('RFC 9110 14: only the chunks that the range touches are read', async () => {
    const cold = openEdge(publisher);
    await bodyOf(await cold.fetch(LARGE.path, { headers: { range: 'bytes=-5' } }));
    expect(cold.reads).toEqual({ heads: 1, blobs: 2 });
  });

  it('RFC 9110 13.1.5: If-Range with our tag or date keeps the range, anything else drops it', async () => {
    const etag = (await edge.fetch(LARGE.path, { method: 'HEAD' })).headers.get('etag') ?? '';
    const status = async (ifRange: string) =>
      (await fetchRange('bytes=0-0', { 'if-range': ifRange })).status;
    expect(await status(etag)).toBe(206);
    expect(await status(httpDate(THIS_UPDATE))).toBe(206);
    for (const other of ['"other"', `W/${etag}`, httpDate(NOW), 'x']) {
      expect(await status(other)).toBe(200);
    }
  });

  it('RFC 9110 13.2.2: what is not modified is 304 also when a range was asked for', async () => {
    const etag = (await edge.fetch(LARGE.path, { method: 'HEAD' })).headers.get('etag') ?? '';
    expect((await fetchRange('bytes=0-0', { 'if-none-match': etag })).status).toBe(304);
  });
});

describe('ranges that are not served', () => {
  it.each([
    'bytes=0-1,3-4',
    'octets=0-1',
    'bytes=5-4',
    'bytes=-',
    'bytes=a-b',
    'bytes=1-2-3',
    `bytes=0-${'9'.repeat(16)}`,
    'bytes',
  ])('RFC 9110 14.2: "%s" is ignored', async (range) => {
    const response = await fetchRange(range, {}, EMPTY.path);
    expect([response.status, response.headers.get('accept-ranges')]).toEqual([200, 'bytes']);
    expect((await edge.fetch(LARGE.path, { method: 'HEAD', headers: { range } })).status).toBe(200);
  });

  it('RFC 9110 14.2: HEAD ignores Range', async () => {
    const headers = { range: 'bytes=0-0' };
    const response = await edge.fetch(LARGE.path, { method: 'HEAD', headers });
    expect([response.status, response.headers.get('content-length')]).toEqual([
      200,
      String(LENGTH),
    ]);
  });

  it.each([
    [`bytes=${LENGTH}-`, LARGE.path, `bytes */${LENGTH}`],
    ['bytes=-0', LARGE.path, `bytes */${LENGTH}`],
    ['bytes=0-', EMPTY.path, 'bytes */0'],
    ['bytes=-1', EMPTY.path, 'bytes */0'],
  ])('RFC 9110 15.5.17: %s of %s is 416', async (range, path, contentRange) => {
    const response = await fetchRange(range, {}, path);
    expect([response.status, response.headers.get('content-range')]).toEqual([416, contentRange]);
    expect(await bodyHex(response)).toBe('');
  });
});

describe('Content-Disposition', () => {
  it('RFC 6266 4: a CRL is saved under its own name, a text is shown', async () => {
    const name = (path: string) =>
      edge.fetch(path).then(async (response) => {
        await response.body?.cancel();
        return response.headers.get('content-disposition');
      });
    expect(await name(LARGE.path)).toBe('attachment; filename="large.crl"');
    expect(await name(EMPTY.path)).toBeNull();
  });
});
