import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { addSeconds } from '../../shared/time.ts';
import { blobKey, HEAD_KEY } from '../../workers/blob-store.ts';
import { configuredStores } from '../../workers/configured-stores.ts';
import { decodeConfiguration, type Env } from '../../workers/env.ts';
import { httpBlobStore } from '../../workers/http-store.ts';
import { createMonitoring } from '../../workers/monitoring.ts';
import { r2BlobStore } from '../../workers/r2-store.ts';
import { createStoreList } from '../../workers/store-list.ts';
import {
  createIssuer,
  createPublisher,
  HOUR,
  NOW,
  serial,
  type TestContent,
  type TestIssuer,
  type TestPublisher,
} from '../support/edge-snapshot.ts';
import { bodyHex, type Edge, openEdge, requestFor, TestStore, TRY_LATER } from './edge.ts';
import { KV } from './platform.ts';

const BUCKET = (env as unknown as { readonly SNAPSHOT_BUCKET: R2Bucket }).SNAPSHOT_BUCKET;
const [SERIAL, LATER] = [serial('1001'), serial('1002')];
const SIGNED = /^3082/;

let publisher: TestPublisher;
let issuer: TestIssuer;
let [first, second, third] = [new TestStore(), new TestStore(), new TestStore()];

beforeEach(async () => {
  publisher = await createPublisher();
  issuer = await createIssuer('A');
  [first, second, third] = [new TestStore(), new TestStore(), new TestStore()];
});

const ask = async (edge: Edge, about = SERIAL) =>
  bodyHex(await edge.get(requestFor(issuer, about)));

function content(serials = [SERIAL]): TestContent {
  const certificates = serials.map((serialNumber) => ({ serialNumber }));
  return { populations: [{ issuer, certificates }] };
}

function open(...stores: readonly TestStore[]): Edge {
  return openEdge(publisher, { stores, storeTimeLimitMilliseconds: 20 });
}

describe('the order of stores', () => {
  it('HTTP-15: a store that hangs is asked once, then last until it has rested', async () => {
    await second.publish(publisher, content());
    first.fault = 'hangs';
    const edge = open(first, second);
    expect(await ask(edge)).toMatch(SIGNED);
    const unreachable = () => edge.deps.monitoring.count('store-store-1-unreachable');
    expect(unreachable()).toBe(1);
    first.fault = 'none';
    await first.publish(publisher, content([SERIAL, LATER]), { epoch: 2 });
    edge.now = addSeconds(edge.now, 40);
    expect(await ask(edge, LATER)).toMatch(SIGNED);
    expect(unreachable()).toBe(1);
  });

  it.each([
    [
      'throttles',
      'unreachable',
      () => {
        first.fault = 'throws';
      },
    ],
    ['is empty', 'absent', () => undefined],
    [
      'answers with garbage',
      'lied',
      async () => {
        await first.publish(publisher, content());
        for (const name of first.blobs.keys()) first.blobs.set(name, new Uint8Array(9));
      },
    ],
    [
      'has a head of another key',
      'lied',
      async () => first.publish(await createPublisher(), content()),
    ],
  ])('ADR 1: a store that %s is skipped and counted', async (_, outcome, spoil) => {
    await spoil();
    await third.publish(publisher, content());
    const edge = open(first, second, third);
    expect(await ask(edge)).toMatch(SIGNED);
    expect(edge.deps.monitoring.count(`store-store-1-${outcome}`)).toBeGreaterThan(0);
    expect(edge.deps.monitoring.count('store-store-3-answered')).toBeGreaterThan(0);
  });

  it('ADR 1: a store that rests is asked all the same when no other one has the blob', async () => {
    await first.publish(publisher, content());
    second.note = first.note;
    first.fault = 'hangs';
    const edge = open(first, second);
    expect(await ask(edge)).toBe(TRY_LATER);
    first.fault = 'none';
    edge.now = addSeconds(edge.now, 6);
    expect(await ask(edge)).toMatch(SIGNED);
  });
});

describe('stores that are all in trouble', () => {
  it('ADR 1: a frozen store whose head has expired does not hide a newer head elsewhere', async () => {
    await first.publish(publisher, content(), {
      time: addSeconds(NOW, -HOUR),
      expires: NOW,
    });
    await second.publish(publisher, content([SERIAL, LATER]), { epoch: 2 });
    expect(await ask(open(first, second), LATER)).toMatch(SIGNED);
    expect(await ask(open(first), SERIAL)).toMatch(SIGNED);
  });

  it('ADR 1: with every store gone the snapshot in memory goes on being served', async () => {
    await first.publish(publisher, content());
    const edge = open(first, second);
    const answered = await ask(edge);
    first.fault = 'hangs';
    second.fault = 'throws';
    edge.now = addSeconds(edge.now, HOUR);
    expect(await ask(edge)).toBe(answered);
  });
});

describe('R2', () => {
  it('ADR 1: the same keys in a bucket answer as KV does', async () => {
    const store = new TestStore();
    await store.publish(publisher, content());
    for (const [hash, bytes] of store.blobs) await BUCKET.put(blobKey(hash), bytes);
    await BUCKET.put(HEAD_KEY, store.note ?? '');
    expect(await ask(openEdge(publisher, { stores: [r2BlobStore(BUCKET)] }))).toMatch(SIGNED);
    expect(await r2BlobStore(BUCKET).blob('00'.repeat(32))).toBeNull();
  });
});

describe('a store over HTTP', () => {
  const answering = (make: () => Response) =>
    httpBlobStore('http://mirror.example/ca', async (url, init) => {
      asked.push(`${url} ${init.redirect}`);
      return make();
    });
  let asked: string[] = [];
  beforeEach(() => {
    asked = [];
  });

  it('ADR 1: it asks for the keys below its base and follows no redirect', async () => {
    const store = answering(() => new Response('abc'));
    expect(await store.head()).toEqual(new TextEncoder().encode('abc'));
    await store.blob('12');
    expect(asked).toEqual([
      'http://mirror.example/ca/head manual',
      'http://mirror.example/ca/blob/12 manual',
    ]);
  });

  it.each([404, 410])('ADR 1: HTTP %i means that it is not there', async (status) => {
    expect(await answering(() => new Response('gone', { status })).blob('12')).toBeNull();
  });

  it.each([301, 403, 429, 500])('ADR 1: HTTP %i counts as out of reach', async (status) => {
    const store = answering(() => new Response(null, { status }));
    await expect(store.blob('12')).rejects.toThrow(`HTTP ${status}`);
  });

  it('HTTP-15: what takes too long is aborted, header and body', async () => {
    const signals: (AbortSignal | null | undefined)[] = [];
    let cancelled = 0;
    const monitoring = createMonitoring(() => undefined);
    const endless = new Response(new ReadableStream({ cancel: () => void cancelled++ }));
    const answers = [new Promise<Response>(() => undefined), Promise.resolve(endless)];
    const store = httpBlobStore('http://mirror.example', (_url, { signal }) => {
      signals.push(signal);
      return answers[signals.length - 1] ?? Promise.reject(new Error('asked too often'));
    });
    const settings = { timeLimitMilliseconds: 20, clock: () => NOW, monitoring };
    const [limited] = createStoreList([{ name: 'mirror', store }], settings).inOrder();
    await expect(limited?.blob('12')).rejects.toThrow('time limit');
    await expect(limited?.head()).rejects.toThrow('time limit');
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
    expect(cancelled).toBe(1);
  });

  it('ADR 1: a value that is larger than any published one is not read to its end', async () => {
    let pulled = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            pulled++;
            controller.enqueue(new Uint8Array(1 << 20));
          },
        }),
      );
    await expect(answering(endless).blob('12')).rejects.toThrow('too large');
    expect(pulled).toBeLessThan(40);
    const declared = () =>
      new Response('', { headers: { 'content-length': String(26 * 1024 * 1024) } });
    await expect(answering(declared).blob('12')).rejects.toThrow('too large');
  });
});

describe('configuration', () => {
  const settings: Env = { SNAPSHOT: KV, PUBLICATION_KEY: '' };

  it('ADR 1: stores stand in the order KV, R2, mirrors, signer', async () => {
    const bound = { ...settings, SNAPSHOT_BUCKET: BUCKET, SIGNER: {} as Fetcher };
    const names = configuredStores(bound, {
      mirrors: ['https://a.example', 'http://b.example/x'],
      signerURL: 'https://signer.example',
    });
    expect(names.map(({ name }) => name)).toEqual(['kv', 'r2', 'mirror-1', 'mirror-2', 'signer']);
    expect(
      configuredStores(settings, { mirrors: [], signerURL: '' }).map(({ name }) => name),
    ).toEqual(['kv']);
  });

  it.each([
    ['https://a.example/ http://b.example/base', true],
    ['', true],
    ['ftp://a.example/', false],
    ['a.example', false],
    ['https://a.example/?key=1', false],
  ])('ADR 1: MIRRORS "%s" is taken: %s', async (mirrors, taken) => {
    const { vkey } = await createPublisher();
    const decoded = decodeConfiguration({ ...settings, PUBLICATION_KEY: vkey, MIRRORS: mirrors });
    expect(decoded.ok).toBe(taken);
    if (!decoded.ok) expect(decoded.error.variable).toBe('MIRRORS');
  });

  it.each([
    ['https://signer.example:8443', 'https://signer.example:8443'],
    ['', 'https://signer.internal'],
    ['http://signer.example', undefined],
    ['https://signer.example/v1', undefined],
  ])('ADR 17: SIGNER_URL "%s" is taken as %s', async (url, taken) => {
    const { vkey } = await createPublisher();
    const decoded = decodeConfiguration({ ...settings, PUBLICATION_KEY: vkey, SIGNER_URL: url });
    expect(decoded.ok ? decoded.value.signerURL : undefined).toBe(taken);
    if (!decoded.ok) expect(decoded.error.variable).toBe('SIGNER_URL');
  });
});
