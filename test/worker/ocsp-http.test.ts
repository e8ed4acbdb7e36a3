import { beforeAll, describe, expect, it } from 'vitest';
import { addSeconds, httpDate, type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import {
  createIssuer,
  createPublisher,
  DAY,
  digest,
  HOUR,
  NOW,
  serial,
  type TestIssuer,
} from '../support/edge-snapshot.ts';
import { ocspRequest } from '../support/ocsp-requests.ts';
import { hexOf, octets } from '../support/octets.ts';
import { bodyHex, bodyOf, type Edge, openEdge, publish, requestFor, TRY_LATER } from './edge.ts';

const SERIAL = serial('1001');
const SHORT = serial('1002');
const THIS_UPDATE = addSeconds(NOW, -HOUR);
const NEXT_UPDATE = addSeconds(THIS_UPDATE, 7 * DAY);

let edge: Edge;
let issuer: TestIssuer;
let request: Uint8Array;

beforeAll(async () => {
  const publisher = await createPublisher();
  issuer = await createIssuer('A');
  const certificates = [
    { serialNumber: SERIAL, thisUpdate: THIS_UPDATE, nextUpdate: NEXT_UPDATE },
    { serialNumber: SHORT, thisUpdate: NOW, nextUpdate: addSeconds(NOW, 8 * HOUR) },
  ];
  await publish(publisher, { populations: [{ issuer, certificates }] });
  edge = openEdge(publisher);
  request = requestFor(issuer, SERIAL);
});

function maxAgeOf(response: Response): number {
  const pattern = /^max-age=(\d+), public, no-transform, must-revalidate$/;
  return Number(pattern.exec(response.headers.get('cache-control') ?? '')?.[1]);
}

async function at<T>(now: UnixSeconds, act: () => Promise<T>): Promise<T> {
  edge.now = now;
  try {
    return await act();
  } finally {
    edge.now = NOW;
  }
}

describe('headers of a response', () => {
  it('HTTP-1: type and length, of signed and unsigned bodies', async () => {
    for (const der of [request, octets('00')]) {
      for (const response of [await edge.get(der), await edge.post(der)]) {
        const { headers } = response;
        const body = await bodyOf(response);
        expect(headers.get('content-type')).toBe('application/ocsp-response');
        expect(headers.get('content-length')).toBe(String(body.length));
      }
    }
  });

  it('HTTP-2: Last-Modified, Expires and Date are IMF-fixdates in GMT', async () => {
    const { headers } = await edge.get(request);
    const dates = ['last-modified', 'expires', 'date'].map((name) => headers.get(name) ?? '');
    expect(dates).toEqual([
      'Mon, 23 Nov 2026 01:13:20 GMT',
      'Mon, 30 Nov 2026 01:13:20 GMT',
      'Mon, 23 Nov 2026 02:13:20 GMT',
    ]);
    expect(dates).toEqual([THIS_UPDATE, NEXT_UPDATE, NOW].map(httpDate));
  });

  it('HTTP-2: Date follows the clock while the answer stays in memory', async () => {
    const later = addSeconds(NOW, 7);
    const response = await at(later, () => edge.get(request));
    expect(response.headers.get('date')).toBe(httpDate(later));
  });

  it('HTTP-3: the ETag is strong: SHA-256 of the body in hexadecimal', async () => {
    const response = await edge.get(request);
    const hash = hexOf(await digest('SHA-256', await bodyOf(response)));
    expect(response.headers.get('etag')).toBe(`"${hash}"`);
  });

  it('HTTP-5: a signed response never says no-cache or no-store', async () => {
    for (const response of [await edge.get(request), await edge.post(request)]) {
      expect(response.headers.get('cache-control')).not.toMatch(/no-cache|no-store/);
      expect(response.headers.get('pragma')).toBeNull();
    }
  });

  it('HTTP-6: an unsigned status says no-store', async () => {
    const response = await edge.post(ocspRequest());
    expect(response.headers.get('cache-control')).toBe('no-store, max-age=0');
    expect(response.headers.get('etag')).toBeNull();
  });

  it('HTTP-9: a POST carries the same headers', async () => {
    const [get, post] = [await edge.get(request), await edge.post(request)];
    expect([...post.headers]).toEqual([...get.headers]);
  });

  it('HTTP-10: no content coding, no charset, no Vary, whatever is accepted', async () => {
    const headers = { 'accept-encoding': 'gzip, br', accept: 'text/html' };
    const response = await edge.get(request, { headers });
    expect([...response.headers]).toEqual([...(await edge.get(request)).headers]);
    for (const name of ['content-encoding', 'vary']) expect(response.headers.get(name)).toBeNull();
  });
});

describe('max-age', () => {
  /** CP 4.9.10 in seconds: when the next response is out, for windows of 7 days and of 8 hours. */
  const cases = [
    { name: '7 days', serialNumber: SERIAL, from: THIS_UPDATE, to: NEXT_UPDATE, deadline: 4 * DAY },
    {
      name: '8 hours',
      serialNumber: SHORT,
      from: NOW,
      to: addSeconds(NOW, 8 * HOUR),
      deadline: 4 * HOUR,
    },
  ];

  it.each(cases)('HTTP-4: over a window of $name it ends before both limits', async (window) => {
    const asked = requestFor(issuer, window.serialNumber);
    const step = Math.floor((window.to - window.from) / 97);
    const deadline = window.from + window.deadline;
    for (let now = window.from; now < window.to; now = unixSeconds(now + step)) {
      const maxAge = maxAgeOf(await at(now, () => edge.get(asked)));
      expect(now + maxAge).toBeLessThan(window.to);
      expect(maxAge).toBeLessThanOrEqual(3600);
      if (now < deadline) expect(now + maxAge).toBeLessThanOrEqual(deadline);
      else expect(maxAge).toBeLessThanOrEqual(60);
    }
  });

  it.each([
    [0, 3600],
    [4 * DAY - 3601, 3600],
    [4 * DAY - 10, 10],
    [4 * DAY, 60],
    [7 * DAY - 60, 59],
    [7 * DAY - 1, 0],
  ])('HTTP-4: %i seconds into 7 days it is %i', async (elapsed, maxAge) => {
    const now = addSeconds(THIS_UPDATE, elapsed);
    expect(maxAgeOf(await at(now, () => edge.get(request)))).toBe(maxAge);
  });

  it('HTTP-8: Expires is nextUpdate, so max-age never promises more', async () => {
    const response = await edge.get(request);
    expect(NOW + maxAgeOf(response)).toBeLessThan(NEXT_UPDATE);
    expect(response.headers.get('expires')).toBe(httpDate(NEXT_UPDATE));
  });
});

describe('conditional requests', () => {
  const ifNoneMatch = (value: string) => edge.get(request, { headers: { 'if-none-match': value } });
  const ifModifiedSince = (value: string) =>
    edge.get(request, { headers: { 'if-modified-since': value } });

  async function etag(): Promise<string> {
    return (await edge.get(request)).headers.get('etag') ?? '';
  }

  it('HTTP-7: a matching If-None-Match gives 304 with the caching headers and no body', async () => {
    const full = await edge.get(request);
    const tag = full.headers.get('etag') ?? '';
    for (const value of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const response = await ifNoneMatch(value);
      expect([response.status, await bodyHex(response)]).toEqual([304, '']);
      for (const name of ['date', 'etag', 'cache-control', 'expires'])
        expect(response.headers.get(name)).toBe(full.headers.get(name));
    }
  });

  it('HTTP-7: another tag gives 200', async () => {
    for (const value of ['"other"', '', (await etag()).replaceAll('"', '')])
      expect((await ifNoneMatch(value)).status).toBe(200);
  });

  it.each([
    [httpDate(THIS_UPDATE), 304],
    [httpDate(addSeconds(THIS_UPDATE, 1)), 304],
    [httpDate(addSeconds(THIS_UPDATE, -1)), 200],
    ['Monday, 23-Nov-26 01:13:20 GMT', 304],
    ['Mon Nov 23 01:13:20 2026', 304],
    ['yesterday', 200],
  ])('HTTP-7: If-Modified-Since %s gives %i', async (value, status) => {
    expect((await ifModifiedSince(value)).status).toBe(status);
  });

  it('HTTP-7: If-None-Match wins over If-Modified-Since', async () => {
    const modified = { 'if-modified-since': httpDate(NEXT_UPDATE) };
    const headers = { ...modified, 'if-none-match': '"other"' };
    expect((await edge.get(request, { headers })).status).toBe(200);
  });

  it('HTTP-7: HEAD is conditional, POST is not', async () => {
    const headers = { 'if-none-match': await etag() };
    expect((await edge.get(request, { method: 'HEAD', headers })).status).toBe(304);
    expect((await edge.post(request, { headers })).status).toBe(200);
  });

  it('HTTP-7: an expired response is tryLater even when its tag matches', async () => {
    const tag = await etag();
    const response = await at(NEXT_UPDATE, () => ifNoneMatch(tag));
    expect([response.status, await bodyHex(response)]).toEqual([200, TRY_LATER]);
  });
});
