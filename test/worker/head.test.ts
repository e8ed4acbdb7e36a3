import { beforeEach, describe, expect, it } from 'vitest';
import { addSeconds } from '../../shared/time.ts';
import {
  createIssuer,
  createPublisher,
  DAY,
  digest,
  HOUR,
  NOW,
  serial,
  type TestContent,
  type TestIssuer,
  type TestPublisher,
} from '../support/edge-snapshot.ts';
import { withOctet } from '../support/octets.ts';
import { base64, bodyHex, type Edge, openEdge, requestFor, TestStore, TRY_LATER } from './edge.ts';

const SERIAL = serial('1001');

let publisher: TestPublisher;
let issuer: TestIssuer;
let store: TestStore;
let edge: Edge;

beforeEach(async () => {
  publisher = await createPublisher();
  issuer = await createIssuer('A');
  store = new TestStore();
  await store.publish(publisher, good(), { epoch: 5 });
  edge = openEdge(publisher, { stores: [store] });
});

function good(): TestContent {
  return { populations: [{ issuer, certificates: [{ serialNumber: SERIAL }] }] };
}

function revoked(): TestContent {
  const certStatus = { status: 'revoked', revocationTime: NOW, revocationReason: 1 } as const;
  return { populations: [{ issuer, certificates: [{ serialNumber: SERIAL, certStatus }] }] };
}

const ask = async () => bodyHex(await edge.get(requestFor(issuer, SERIAL)));

/** What the edge answers after the interval, when the store has changed meanwhile. */
async function askAgain(): Promise<string> {
  edge.now = addSeconds(edge.now, 30);
  return ask();
}

describe('which heads are adopted', () => {
  it('ADR 1: a new epoch is visible when the interval is over, not before', async () => {
    const before = await ask();
    await store.publish(publisher, revoked(), { epoch: 6 });
    edge.now = addSeconds(NOW, 29);
    expect(await ask()).toBe(before);
    edge.now = addSeconds(NOW, 30);
    expect(await ask()).not.toBe(before);
    expect(edge.reads.heads).toBe(2);
  });

  it('ADR 1: the same head again changes nothing and is verified once more for nothing', async () => {
    const before = await ask();
    const blobs = edge.reads.blobs;
    expect(await askAgain()).toBe(before);
    expect(edge.reads).toEqual({ heads: 2, blobs });
  });

  it('ADR 1: a revocation shows in every form of request, also those answered before', async () => {
    const der = requestFor(issuer, SERIAL);
    const forms = [
      () => edge.get(der),
      () => edge.post(der),
      () => edge.fetch(`/${base64(der)}`),
      () => edge.get(der, { headers: { 'if-none-match': etag } }),
    ];
    const etag = (await edge.get(der)).headers.get('etag') ?? '';
    const before = await ask();
    for (const form of forms) await form();
    await store.publish(publisher, revoked(), { epoch: 6 });
    edge.now = addSeconds(NOW, 30);
    for (const form of forms) {
      const response = await form();
      expect(response.status).toBe(200);
      expect(await bodyHex(response)).not.toBe(before);
    }
  });

  it('ADR 1: epochs may be skipped', async () => {
    const before = await ask();
    await store.publish(publisher, revoked(), { epoch: 900 });
    expect(await askAgain()).not.toBe(before);
  });
});

describe('which heads are refused', () => {
  /** Heads that a holder of the store's token could put there, and the counter that tells. */
  const attacks: readonly [string, string, () => Promise<Uint8Array | null>][] = [
    ['whose signature was changed', 'head-signature', async () => tampered()],
    ['signed by another key of the same name', 'head-format', () => headOf(createPublisher())],
    ['of another origin', 'head-format', () => headOf(createPublisher('evil.example/snapshot'))],
    ['of a lower epoch', 'head-rollback', () => signRevoked({ epoch: 4 })],
    ['of the same epoch with another root', 'head-conflict', () => signRevoked({ epoch: 5 })],
    ['from the future', 'head-from-the-future', () => signRevoked({ epoch: 6, time: future(331) })],
    ['that is no note', 'head-format', async () => new Uint8Array(100)],
    ['of 5,000 octets', 'head-format', async () => new Uint8Array(5000)],
    ['that is empty', 'head-format', async () => new Uint8Array(0)],
    ['that is gone', 'head-missing', async () => null],
  ];

  function future(seconds: number) {
    return addSeconds(NOW, seconds);
  }

  async function signRevoked(fields: { epoch: number; time?: ReturnType<typeof future> }) {
    await store.publish(publisher, revoked(), fields);
    return store.note;
  }

  /** Signed by the right key over other octets than the ones that are shown. */
  async function tampered(): Promise<Uint8Array> {
    await store.publish(publisher, revoked(), { epoch: 6 });
    const note = store.note ?? new Uint8Array(0);
    const at = new TextDecoder().decode(note).indexOf('epoch 6') + 6;
    return withOctet(note, at, 0x37);
  }

  async function headOf(other: Promise<TestPublisher>): Promise<Uint8Array | null> {
    await store.publish(await other, revoked(), { epoch: 6 });
    return store.note;
  }

  it.each(attacks)('ADR 1: a head %s is refused and counted', async (_, reason, attack) => {
    const before = await ask();
    store.note = await attack();
    expect(await askAgain()).toBe(before);
    expect(edge.deps.monitoring.count(reason)).toBe(1);
    expect(edge.log.join('\n')).toContain(reason);
  });

  it.each(attacks.filter(([, reason]) => reason !== 'head-rollback' && reason !== 'head-conflict'))(
    'ADR 1: a head %s is no head for a cold isolate',
    async (_, reason, attack) => {
      store.note = await attack();
      expect(await ask()).toBe(TRY_LATER);
      expect(edge.deps.monitoring.count(reason)).toBe(1);
    },
  );

  it('ADR 1: clocks may differ by five minutes', async () => {
    const before = await ask();
    store.note = await signRevoked({ epoch: 6, time: future(330) });
    expect(await askAgain()).not.toBe(before);
  });

  it('ADR 1: after a refused head the next good one is adopted within seconds', async () => {
    const before = await ask();
    store.note = new Uint8Array(3);
    expect(await askAgain()).toBe(before);
    await store.publish(publisher, revoked(), { epoch: 6 });
    edge.now = addSeconds(edge.now, 5);
    expect(await ask()).not.toBe(before);
  });
});

describe('a head that expires', () => {
  it('ADR 1: answers go on while they are valid, and the frozen store is counted', async () => {
    const before = await ask();
    expect(edge.deps.monitoring.count('head-expired')).toBe(0);
    edge.now = addSeconds(NOW, 3 * HOUR);
    expect(await ask()).toBe(before);
    expect(edge.deps.monitoring.count('head-expired')).toBe(1);
    edge.now = addSeconds(NOW, 7 * DAY);
    expect(await ask()).toBe(TRY_LATER);
  });
});

describe('roots', () => {
  /** A head that the right key signed over a root that cannot be used. */
  async function publishRoot(root: Uint8Array, stored: Uint8Array): Promise<void> {
    const rootHash = await digest('SHA-256', root);
    const name = [...rootHash].map((o) => o.toString(16).padStart(2, '0')).join('');
    store.blobs.set(name, stored);
    store.note = await publisher.signHead({ epoch: 6, rootHash });
  }

  it.each([
    [
      'is missing',
      'root-unavailable',
      async () => {
        await store.publish(publisher, revoked(), { epoch: 6 });
        store.blobs.clear();
      },
    ],
    [
      'does not have its hash',
      'root-unavailable',
      () => publishRoot(new Uint8Array(9), new Uint8Array(8)),
    ],
    ['cannot be decoded', 'root-format', () => publishRoot(new Uint8Array(9), new Uint8Array(9))],
  ] as const)('ADR 1: a head whose root %s is not adopted', async (_, reason, attack) => {
    const before = await ask();
    await attack();
    expect(await askAgain()).toBe(before);
    expect(edge.deps.monitoring.count(reason)).toBe(1);
    const cold = openEdge(publisher, { stores: [store] });
    expect(await bodyHex(await cold.get(requestFor(issuer, SERIAL)))).toBe(TRY_LATER);
  });
});
