import { beforeAll, describe, expect, it } from 'vitest';
import {
  createIssuer,
  createPublisher,
  serial,
  type TestIssuer,
} from '../support/edge-snapshot.ts';
import {
  extension,
  NULL_PARAMETERS,
  nonce,
  ocspRequest,
  SERVICE_LOCATOR_OID,
  single,
  UNKNOWN_OID,
} from '../support/ocsp-requests.ts';
import { octets } from '../support/octets.ts';
import {
  base64,
  bodyHex,
  certIDOf,
  type Edge,
  MALFORMED,
  openEdge,
  publish,
  requestFor,
} from './edge.ts';
import { SENT_UNREAD_MOST } from './platform.ts';

const SERIAL = serial('1001');
/** Serial numbers of which one makes base64 with `+` and one with `//`, whatever the key hashes. */
const MANY = Array.from({ length: 64 }, (_, i) => serial(`0f${(i + 16).toString(16)}fffffbf0`));

let edge: Edge;
let issuer: TestIssuer;
let request: Uint8Array;
let expected: string;

beforeAll(async () => {
  const publisher = await createPublisher();
  issuer = await createIssuer('A');
  const certificates = [SERIAL, ...MANY].map((serialNumber) => ({ serialNumber }));
  await publish(publisher, { populations: [{ issuer, certificates }] });
  edge = openEdge(publisher);
  request = requestFor(issuer, SERIAL);
  expected = await bodyHex(await edge.get(request));
});

/** A base64 text that contains `part`, of a request that has an answer. */
function textWith(part: string): string {
  const text = MANY.map((s) => base64(withFiller(s, part))).find((t) => t.includes(part));
  if (!text) throw new Error(`no request with ${part}`);
  return text;
}

/** An unknown extension whose value holds the octets that base64 writes as `part`. */
function withFiller(serialNumber: (typeof MANY)[number], part: string): Uint8Array {
  const octet = part.startsWith('/') ? 'ff' : 'fb';
  const filler = extension(UNKNOWN_OID, octets(octet.repeat(9)));
  return ocspRequest({ list: [single(certIDOf(issuer, serialNumber))], extensions: [filler] });
}

describe('OCSP over GET', () => {
  it('REQ-1: GET and POST over plain http answer 200 and redirect nowhere', async () => {
    for (const response of [await edge.get(request), await edge.post(request)]) {
      expect([response.status, response.headers.get('location')]).toEqual([200, null]);
      expect(await bodyHex(response)).toBe(expected);
    }
  });

  it('REQ-2: escaped, escaped in lower case and raw base64 give the same octets', async () => {
    const text = textWith('/');
    const all = [...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
    const upper = encodeURIComponent(text);
    const lower = upper.replace(/%../g, (digits) => digits.toLowerCase());
    const forms = [text, upper, lower, all];
    const bodies = new Set<string>();
    for (const form of forms) bodies.add(await bodyHex(await edge.fetch(`/${form}`)));
    expect(bodies.size).toBe(1);
    expect([...bodies][0]).toMatch(/^3082/);
  });

  it.each(['//', '+'])('REQ-3: %s in the base64 is kept', async (part) => {
    const text = textWith(part);
    expect(await bodyHex(await edge.fetch(`/${text}`))).toMatch(/^3082/);
  });

  it('REQ-3: one slash too many before the data is dropped, two are not', async () => {
    const text = base64(request);
    expect(await bodyHex(await edge.fetch(`//${text}`))).toBe(expected);
    expect(await bodyHex(await edge.fetch(`/%2F${text}`))).toBe(expected);
    expect(await bodyHex(await edge.fetch(`///${text}`))).toBe(MALFORMED);
  });

  it('REQ-3: below /ocsp it is read as at the root, by whoever shares a host with files', async () => {
    const text = base64(request);
    expect(await bodyHex(await edge.fetch(`/ocsp/${text}`))).toBe(expected);
    expect(await bodyHex(await edge.fetch(`/ocsp/${encodeURIComponent(text)}`))).toBe(expected);
    expect(await bodyHex(await edge.fetch(`/ocsp//${text}`))).toBe(expected);
    expect(await bodyHex(await edge.fetch(`/ocsp`, { method: 'POST', body: request }))).toBe(
      expected,
    );
    for (const path of [`/other/${text}`, '/ocsp/', '/ocsp', `/ocsp/ocsp/${text}`])
      expect(await bodyHex(await edge.fetch(path))).toBe(MALFORMED);
  });
});

describe('OCSP over GET, refused', () => {
  it.each([
    ['nothing after one slash too many', () => '/'],
    ['a space', (text: string) => `${text.slice(0, 8)}%20${text.slice(8)}`],
    ['a line end', (text: string) => `${text.slice(0, 8)}%0D%0A${text.slice(8)}`],
    ['a base64url letter', (text: string) => `${text.slice(0, -4)}-_A=`],
    ['a bad escape', (text: string) => `${text.slice(0, 4)}%4${text.slice(4)}`],
    ['an escape that is none', (text: string) => `${text.slice(0, 4)}%zz${text.slice(4)}`],
    ['an escape of an escape', (text: string) => text.replace('M', '%254D')],
    ['a letter beyond ASCII', (text: string) => `${text.slice(0, 4)}%C3%A9${text.slice(4)}`],
    ['no padding', (text: string) => text.replace(/=+$/, '')],
    ['a query', (text: string) => `${text}?x`],
    ['a path before the data', (text: string) => `other/${text}`],
  ])('REQ-4: %s in GET data is malformedRequest', async (_, change) => {
    // One octet short of a multiple of three, so that there is padding to leave out.
    const padded = [request, requestFor(issuer, SERIAL, 'sha256')].find((r) => r.length % 3 !== 0);
    const response = await edge.fetch(`/${change(base64(padded ?? request))}`);
    expect([response.status, await bodyHex(response)]).toEqual([200, MALFORMED]);
  });
});

describe('OCSP over GET, lengths and methods', () => {
  it('REQ-5: a GET far over 255 bytes is answered', async () => {
    const long = ocspRequest({
      list: [single(certIDOf(issuer, SERIAL))],
      extensions: [nonce(128)],
    });
    expect(base64(long).length).toBeGreaterThan(255);
    expect(await bodyHex(await edge.get(long))).toBe(expected);
  });

  it('REQ-6: 2,049 characters of path are malformedRequest without a store read', async () => {
    const filler = (size: number) => extension(UNKNOWN_OID, new Uint8Array(size));
    const sized = (size: number) =>
      `/${base64(ocspRequest({ list: [single(certIDOf(issuer, SERIAL))], extensions: [filler(size)] }))}`;
    const before = { ...edge.reads };
    const over = sized(1450);
    expect(over.length).toBeGreaterThan(2048);
    expect(await bodyHex(await edge.fetch(over))).toBe(MALFORMED);
    expect(edge.reads).toEqual(before);
    const under = sized(1400);
    expect(under.length).toBeGreaterThan(1900);
    expect(await bodyHex(await edge.fetch(under))).toBe(expected);
  });

  it('REQ-8: HEAD answers as GET without a body', async () => {
    const get = await edge.get(request);
    const head = await edge.get(request, { method: 'HEAD' });
    expect([...head.headers]).toEqual([...get.headers]);
    expect([head.status, await bodyHex(head)]).toEqual([200, '']);
  });

  it.each(['PUT', 'DELETE', 'OPTIONS', 'PATCH'])('REQ-8: %s is 405', async (method) => {
    const response = await edge.get(request, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD']);
  });
});

describe('OCSP over POST', () => {
  it('REQ-7: the content type does not matter', async () => {
    for (const type of [undefined, 'application/ocsp-request', 'text/plain', 'nonsense']) {
      const headers: HeadersInit = type === undefined ? {} : { 'content-type': type };
      expect(await bodyHex(await edge.post(request, { headers }))).toBe(expected);
    }
  });

  it('REQ-7: the path does not matter', async () => {
    const init = { method: 'POST', body: request };
    for (const target of ['/', '/ocsp', '/a.crl', '/?x'])
      expect(await bodyHex(await edge.fetch(target, init))).toBe(expected);
  });

  it.each(['with', 'without'])(
    'REQ-6: 10,001 octets %s Content-Length are malformedRequest',
    async (declared) => {
      const before = { ...edge.reads };
      for (const length of [10_001, 5_000_000]) {
        const headers: HeadersInit =
          declared === 'with' ? { 'content-length': String(length) } : {};
        const response = await edge.post(new Uint8Array(length).fill(0x30), { headers });
        expect([response.status, await bodyHex(response)]).toEqual([200, MALFORMED]);
      }
      expect(edge.reads).toEqual(before);
    },
  );

  it('REQ-6: reading stops at the limit when a body never ends', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(4096));
      },
    });
    const init = { method: 'POST', body: endless } as RequestInit;
    expect(await bodyHex(await edge.fetch('/', init))).toBe(MALFORMED);
    expect(pulled * 4096).toBeLessThan(32_768 + SENT_UNREAD_MOST);
  });

  it('REQ-6: a large request within the limit is answered', async () => {
    const filler = extension(UNKNOWN_OID, new Uint8Array(9000));
    const large = ocspRequest({ list: [single(certIDOf(issuer, SERIAL))], extensions: [filler] });
    expect(await bodyHex(await edge.post(large))).toBe(expected);
  });

  it('REQ-4: an empty body is malformedRequest', async () => {
    expect(await bodyHex(await edge.post(new Uint8Array(0)))).toBe(MALFORMED);
    expect(await bodyHex(await edge.fetch('/', { method: 'POST' }))).toBe(MALFORMED);
  });

  it('REQ-23: serviceLocator is ignored', async () => {
    const locator = extension(SERVICE_LOCATOR_OID, NULL_PARAMETERS);
    const located = ocspRequest({ list: [single(certIDOf(issuer, SERIAL), locator)] });
    expect(await bodyHex(await edge.post(located))).toBe(expected);
  });
});
