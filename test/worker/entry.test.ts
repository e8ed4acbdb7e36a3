import { env as bindings } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { unixSeconds } from '../../shared/time.ts';
import type { Env } from '../../workers/env.ts';
import worker from '../../workers/index.ts';
import { radarBinding } from '../../workers/radar-binding.ts';
import {
  createIssuer,
  createPublisher,
  HOUR,
  serial,
  type TestIssuer,
  type TestPublisher,
} from '../support/edge-snapshot.ts';
import { bodyHex, getTarget, ORIGIN, publish, requestFor, TRY_LATER } from './edge.ts';
import { KV } from './platform.ts';

const SERIAL = serial('1001');

let publisher: TestPublisher;
let issuer: TestIssuer;
let request: Uint8Array;

beforeAll(async () => {
  publisher = await createPublisher();
  issuer = await createIssuer('A');
  const now = Math.floor(Date.now() / 1000);
  const certificates = [{ serialNumber: SERIAL, thisUpdate: unixSeconds(now - HOUR) }];
  await publish(publisher, { populations: [{ issuer, certificates }] }, { time: unixSeconds(now) });
  request = requestFor(issuer, SERIAL);
});

async function fetchWith(env: Env, target: string, init?: RequestInit): Promise<Response> {
  const incoming = new Request(ORIGIN + target, init) as Parameters<
    NonNullable<typeof worker.fetch>
  >[0];
  if (!worker.fetch) throw new Error('no fetch handler');
  return worker.fetch(incoming, env, {} as ExecutionContext);
}

/** The real namespace, its reads counted. */
function countingKV(): { readonly namespace: KVNamespace; readonly reads: string[] } {
  const reads: string[] = [];
  const get = (key: string, options: never) => {
    reads.push(key);
    return KV.get(key, options);
  };
  return { namespace: { get } as unknown as KVNamespace, reads };
}

describe('the Worker', () => {
  it('ADR 1: it answers from KV and then without it', async () => {
    const { namespace, reads } = countingKV();
    const env: Env = { SNAPSHOT: namespace, PUBLICATION_KEY: publisher.vkey };
    expect(await bodyHex(await fetchWith(env, getTarget(request)))).toMatch(/^3082/);
    expect(reads.map((key) => key.slice(0, 5))).toEqual(['head', 'blob/', 'blob/']);
    for (let i = 0; i < 5; i++) await fetchWith(env, getTarget(request));
    await fetchWith(env, '/', { method: 'POST', body: request });
    expect(reads.length).toBe(3);
  });

  it('KV: a blob that KV remembers as absent is asked for again with a short cacheTtl', async () => {
    const ttls: number[] = [];
    const get = (key: string, { cacheTtl }: { cacheTtl: number }) => {
      if (key === 'head') return KV.get(key, 'arrayBuffer');
      ttls.push(cacheTtl);
      return cacheTtl === 30 ? KV.get(key, 'arrayBuffer') : Promise.resolve(null);
    };
    const namespace = { get } as unknown as KVNamespace;
    const env: Env = { SNAPSHOT: namespace, PUBLICATION_KEY: publisher.vkey };
    expect(await bodyHex(await fetchWith(env, getTarget(request)))).toMatch(/^3082/);
    expect(ttls).toEqual([86_400, 30, 86_400, 30]);
  });
});

describe('a configuration that cannot be used', () => {
  const good = () => ({ SNAPSHOT: KV, PUBLICATION_KEY: publisher.vkey });
  const cases: readonly [string, () => unknown][] = [
    ['no namespace', () => ({ PUBLICATION_KEY: publisher.vkey })],
    ['no publication key', () => ({ SNAPSHOT: KV })],
    ['an empty publication key', () => ({ ...good(), PUBLICATION_KEY: '' })],
    [
      'a broken publication key',
      () => ({ ...good(), PUBLICATION_KEY: publisher.vkey.slice(1, -2) }),
    ],
    ['an interval of 0', () => ({ ...good(), HEAD_REREAD_SECONDS: '0' })],
    ['an interval in words', () => ({ ...good(), HEAD_REREAD_SECONDS: 'often' })],
    ['a memo of 200 MB', () => ({ ...good(), MEMO_MAX_BYTES: '200000000' })],
  ];

  it.each(cases)(
    'ADR 1: with %s OCSP is tryLater and files are 503, logged once',
    async (_, env) => {
      const log = vi.spyOn(console, 'error').mockImplementation(() => {});
      const broken = env() as Env;
      for (let i = 0; i < 2; i++) {
        const ocsp = await fetchWith(broken, getTarget(request));
        expect([ocsp.status, await bodyHex(ocsp)]).toEqual([200, TRY_LATER]);
        const file = await fetchWith(broken, '/ca.cer');
        expect([file.status, await file.text()]).toEqual([503, 'Temporarily unavailable\n']);
      }
      expect(log).toHaveBeenCalledTimes(1);
      log.mockRestore();
    },
  );

  it('ADR 1: variables may be numbers or texts, and surrounding space does not matter', async () => {
    const env = { ...good(), PUBLICATION_KEY: `${publisher.vkey}\n`, HEAD_REREAD_SECONDS: 2 };
    expect(await bodyHex(await fetchWith(env, getTarget(request)))).toMatch(/^3082/);
  });

  it('ADR 1: a namespace that throws at once is tryLater', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const get = () => {
      throw new Error('secret detail');
    };
    const env = { ...good(), SNAPSHOT: { get } as unknown as KVNamespace };
    const response = await fetchWith(env, getTarget(request));
    expect([response.status, await bodyHex(response)]).toEqual([200, TRY_LATER]);
    log.mockRestore();
  });
});

describe('the radar', () => {
  it('REQ-24: the binding is taken from the environment', async () => {
    const bound = radarBinding(bindings as unknown as Env);
    expect(await bound?.report(unixSeconds(0))).toEqual([]);
    expect(radarBinding({ SNAPSHOT: {} as KVNamespace, PUBLICATION_KEY: '' })).toBeUndefined();
  });
});
