import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kvURL } from '../../signer/demo/demo-layout.ts';
import type { RevocationView } from '../../signer/operations/views.ts';
import { type KVProxy, type StoreBehaviour, startKVProxy } from '../support/kv-proxy.ts';
import { describeWithOpenSSL } from '../support/openssl.ts';
import type { RunningCA, RunningSigner } from '../support/running-ca.ts';
import {
  createHierarchy,
  expectEdgeAgrees,
  issue,
  makeFaultCA,
  recover,
  revokeArguments,
  SUB_CA,
  until,
  untilPublished,
} from './fault-ca.ts';
import { askOCSP } from './relying-party.ts';
import { readState } from './signer-state.ts';

type Faulty = readonly ['blobs' | 'head', StoreBehaviour, reason: string, edge: RegExp];

/** What is said of it, and what the edge may answer until the store is well: `good` is not yet wrong. */
const FAULTS: readonly Faulty[] = [
  ['blobs', 'throttle', 'asks to wait', /^good$/],
  ['blobs', 'fail', 'HTTP 500', /^good$/],
  ['blobs', 'cut', 'cannot be reached', /^good$/],
  ['blobs', 'partial', 'did not take 1 key', /^good$/],
  ['blobs', 'store-and-fail', 'HTTP 500', /^good$/],
  ['blobs', 'store-and-cut', 'cannot be reached', /^good$/],
  ['head', 'throttle', 'asks to wait', /^good$/],
  ['head', 'fail', 'HTTP 500', /^good$/],
  ['head', 'cut', 'cannot be reached', /^good$/],
  ['head', 'store-and-fail', 'HTTP 500', /^good$|^revoked/],
  ['head', 'store-and-cut', 'cannot be reached', /^good$|^revoked/],
];

/** Longer than the edge takes to look for a new head, twice. */
const REREAD_MILLISECONDS = 2_500;

let proxy: KVProxy;
let ca: RunningCA;
let signer: RunningSigner;
const serials: string[] = [];

function freshSerial(): string {
  const serial = serials.pop();
  if (serial === undefined) throw new Error('issue more certificates in beforeAll');
  return serial;
}

async function untilRevokedAtEdge(serial: string): Promise<void> {
  await until(() => expect(askOCSP(ca, SUB_CA, serial)).toMatch(/^revoked/));
}

async function startAll(): Promise<void> {
  proxy = await startKVProxy();
  ca = await makeFaultCA({ kvUrl: proxy.url });
  proxy.forwardTo(kvURL({ edge: Number(new URL(ca.edge).port), signer: 0 }));
  signer = await ca.startSigner();
  await createHierarchy(ca);
  for (let n = 0; n < FAULTS.length + 9; n++) serials.push(await issue(ca, `TSA ${n}`));
  await untilPublished(ca);
}

async function endAll(): Promise<void> {
  await proxy.close();
  await ca.close();
}

beforeAll(async () => {
  await startAll();
});
afterAll(() => endAll());

describeWithOpenSSL('a store that fails', () => {
  it.each(FAULTS)(
    'KV: %s, %s: revoke answers due with exit code 5, and goes out later',
    async (...row) => {
      const [what, behaviour, reason, edge] = row;
      const serial = freshSerial();
      proxy.behave((asked) => (asked === what ? behaviour : 'pass'));
      const end = await ca.inkan(...revokeArguments(serial));
      expect(end).toMatchObject({ status: 5, stderr: '' });
      const view: RevocationView = JSON.parse(end.stdout);
      expect(view.publication.state).toBe('due');
      expect(view.publication.reason).toContain(reason);
      expect(askOCSP(ca, SUB_CA, serial)).toMatch(edge);
      proxy.behave('pass');
      await untilRevokedAtEdge(serial);
    },
  );

  it('KV: the head is asked to be written only after every blob before it was acknowledged', () => {
    const heads = proxy.writes.filter(({ what }) => what === 'head');
    expect(heads.length).toBeGreaterThan(FAULTS.length);
    for (const head of heads) {
      const before = proxy.writes.filter(
        ({ what, asked }) => what === 'blobs' && asked < head.asked,
      );
      const took = before.filter((w) => w.acknowledged && (w.answered ?? Infinity) < head.asked);
      const acknowledged = new Set(took.flatMap(({ keys }) => keys));
      const missing = before.flatMap(({ keys }) => keys).filter((key) => !acknowledged.has(key));
      expect(missing).toEqual([]);
    }
  });
});

describeWithOpenSSL('a store that shows other than it took', () => {
  it.each([
    ['old-head', 'another head'],
    ['no-blobs', 'lost'],
    ['fail', 'HTTP 500'],
  ] as const)(
    'KV: reads %s: an epoch that nobody has seen stays due, and is seen later',
    async (behaviour, reason) => {
      const serial = freshSerial();
      await proxy.behaveOnReads(behaviour);
      const end = await ca.inkan(...revokeArguments(serial));
      await proxy.behaveOnReads('pass');
      expect(end.status).toBe(5);
      const view: RevocationView = JSON.parse(end.stdout);
      expect(view.publication.reason).toContain(reason);
      await untilRevokedAtEdge(serial);
      await untilPublished(ca);
    },
  );
});

describeWithOpenSSL('a store that lies or hangs', () => {
  it('KV: a store that says it took blobs and did not never makes the edge answer wrongly', async () => {
    const [serial, other] = [freshSerial(), freshSerial()];
    proxy.behave((what) => (what === 'blobs' ? 'lie' : 'pass'));
    await ca.inkanJSON(...revokeArguments(serial));
    await sleep(REREAD_MILLISECONDS);
    expect(askOCSP(ca, SUB_CA, serial)).toMatch(/^good$|^trylater$/);
    proxy.behave('pass');
    await ca.inkanJSON(...revokeArguments(other));
    await ca.inkanJSON('publish', '--everything');
    await untilRevokedAtEdge(serial);
    await untilRevokedAtEdge(other);
  });

  it('KV: a head that the store only said it took is followed by the next', async () => {
    const [serial, other] = [freshSerial(), freshSerial()];
    proxy.behave((what) => (what === 'head' ? 'lie' : 'pass'));
    await ca.inkanJSON(...revokeArguments(serial));
    await sleep(REREAD_MILLISECONDS);
    expect(askOCSP(ca, SUB_CA, serial)).toBe('good');
    proxy.behave('pass');
    await ca.inkanJSON(...revokeArguments(other));
    await untilRevokedAtEdge(serial);
    await untilRevokedAtEdge(other);
  });

  it('CP 4.9.13: a store that hangs keeps no revocation from being recorded, nor a kill from being survived', async () => {
    const [serial, other] = [freshSerial(), freshSerial()];
    proxy.behave('hang');
    const first = ca.inkan(...revokeArguments(serial));
    await until(() => expect(proxy.writes.at(-1)?.answered).toBeNull());
    const second = ca.inkan(...revokeArguments(other, 'superseded'));
    for (const end of await Promise.all([first, second])) {
      expect(end.status).toBe(5);
      const view: RevocationView = JSON.parse(end.stdout);
      expect(view.publication).toMatchObject({ state: 'due' });
    }
    const shown = await ca.inkanJSON<{ status: string }>('certificate', 'show', other);
    expect(shown.status).toBe('revoked');
    process.kill(signer.pid, 'SIGKILL');
    expect(await signer.ended).toBe('SIGKILL');
    const recorded = readState(ca).certificates.filter((row) => row.revocationDate !== null);
    expect(recorded.map((row) => row.serial)).toEqual(expect.arrayContaining([serial, other]));
    proxy.behave('pass');
    await expectEdgeAgrees(ca, await recover(ca));
  });
});
