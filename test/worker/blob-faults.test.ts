import { beforeEach, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../shared/bytes.ts';
import { encodeShardPage, placeOf } from '../../shared/snapshot/directory.ts';
import { encodeRoot, type IssuerEntry } from '../../shared/snapshot/root.ts';
import { addSeconds } from '../../shared/time.ts';
import {
  addBlob,
  addIssuer,
  createIssuer,
  createPublisher,
  encodeTestShard,
  NOW,
  serial,
  type TestIssuer,
  type TestPopulation,
  type TestPublisher,
} from '../support/edge-snapshot.ts';
import { withOctet } from '../support/octets.ts';
import {
  bodyHex,
  type Edge,
  INTERNAL_ERROR,
  openEdge,
  requestFor,
  TestStore,
  TRY_LATER,
  UNAUTHORIZED,
} from './edge.ts';

const SERIAL = serial('1001');
const AUDIT = { size: 0, hash: new Uint8Array(32) };

let publisher: TestPublisher;
let issuer: TestIssuer;
let other: TestIssuer;
let store: TestStore;
let edge: Edge;

beforeEach(async () => {
  publisher = await createPublisher();
  issuer = await createIssuer('A');
  other = await createIssuer('B');
  store = new TestStore();
  edge = openEdge(publisher, { stores: [store], storeTimeLimitMilliseconds: 50 });
});

const ask = async (who: Edge = edge) => bodyHex(await who.get(requestFor(issuer, SERIAL)));

function population(of: TestIssuer, shardBits = 0): TestPopulation {
  return { issuer: of, shardBits, certificates: [{ serialNumber: SERIAL }] };
}

async function publishEntries(entries: readonly IssuerEntry[], epoch = 1): Promise<void> {
  const root = encodeRoot({
    issuers: entries,
    files: { level: 'root', entries: [] },
    audit: AUDIT,
  });
  const rootHash = await addBlob(store.blobs, root);
  store.note = await publisher.signHead({ epoch, rootHash });
}

/** Publishes one issuer with one shard; answers the shard's name. */
async function publishShard(): Promise<string> {
  const entry = await addIssuer(store.blobs, population(issuer));
  await publishEntries([entry]);
  return hexFromBytes(entry.hashes[0] ?? new Uint8Array(0));
}

describe('a shard that the store damages', () => {
  it.each([
    ['changed in one octet', 'blob-hash', (b: Uint8Array) => withOctet(b, b.length - 1, 0)],
    ['cut short', 'blob-hash', (b: Uint8Array) => b.slice(0, -1)],
    ['replaced by nothing', 'blob-hash', () => new Uint8Array(0)],
    ['missing', 'blob-missing', () => undefined],
  ] as const)('ADR 1: %s, it is tryLater and counted', async (_, reason, damage) => {
    const name = await publishShard();
    const whole = store.blobs.get(name) ?? new Uint8Array(0);
    const damaged = damage(whole);
    if (damaged) store.blobs.set(name, damaged);
    else store.blobs.delete(name);
    expect(await ask()).toBe(TRY_LATER);
    expect(edge.deps.monitoring.count(reason)).toBe(1);
    store.blobs.set(name, whole);
    expect(await ask()).toMatch(/^3082/);
  });

  it('ADR 1: a second store that has it helps', async () => {
    const name = await publishShard();
    const mirror = new TestStore();
    for (const [hash, bytes] of store.blobs) mirror.blobs.set(hash, bytes);
    store.blobs.set(name, new Uint8Array(5));
    const mirrored = openEdge(publisher, { stores: [store, mirror] });
    expect(await ask(mirrored)).toMatch(/^3082/);
  });

  it('ADR 1: a second store has the head when the first is down', async () => {
    await publishShard();
    const down = new TestStore();
    down.fault = 'throws';
    const mirrored = openEdge(publisher, { stores: [down, store] });
    expect(await ask(mirrored)).toMatch(/^3082/);
  });
});

describe('a signed snapshot that contradicts itself', () => {
  it('ADR 1: the shard of another issuer is internalError', async () => {
    const theirs = await addIssuer(store.blobs, population(other));
    await publishEntries([{ ...theirs, issuer: issuer.identity }]);
    expect(await ask()).toBe(INTERNAL_ERROR);
    expect(edge.deps.monitoring.count('blob-misplaced')).toBe(1);
  });

  it('ADR 1: a shard that memory holds for its own issuer is not used for another', async () => {
    const theirs = await addIssuer(store.blobs, population(other));
    await publishEntries([theirs, { ...theirs, issuer: issuer.identity }]);
    expect(await bodyHex(await edge.get(requestFor(other, SERIAL)))).toMatch(/^3082/);
    expect(await ask()).toBe(INTERNAL_ERROR);
  });

  it('ADR 1: a shard in the wrong place is internalError', async () => {
    const entry = await addIssuer(store.blobs, population(issuer, 1));
    const wrong = { ...entry, hashes: [...entry.hashes].reverse() };
    const elsewhere = Array.from({ length: 50 }, (_, i) => serial(String(2000 + i)));
    const there = elsewhere.find((s) => placeOf(s, 1) !== placeOf(SERIAL, 1)) ?? SERIAL;
    await publishEntries([wrong]);
    expect(await bodyHex(await edge.get(requestFor(issuer, there)))).toBe(INTERNAL_ERROR);
  });

  it('ADR 1: a shard for another number of shards is internalError', async () => {
    const shard = await encodeTestShard(population(issuer, 0), 0);
    const hash = await addBlob(store.blobs, shard);
    await publishEntries([{ issuer: issuer.identity, shardBits: 1, hashes: [hash, hash] }]);
    expect(await ask()).toBe(INTERNAL_ERROR);
  });

  it('ADR 1: a blob that is no shard is internalError', async () => {
    const hash = await addBlob(store.blobs, new Uint8Array(40));
    await publishEntries([{ issuer: issuer.identity, shardBits: 0, hashes: [hash] }]);
    expect(await ask()).toBe(INTERNAL_ERROR);
    expect(edge.deps.monitoring.count('blob-format')).toBe(1);
  });

  it('ADR 1: the directory page of another issuer is internalError', async () => {
    const entry = await addIssuer(store.blobs, population(issuer, 12));
    const pageIndex = placeOf(SERIAL, 12) >> 10;
    const shardHashes = Array.from({ length: 1024 }, () => new Uint8Array(32));
    const page = { issuer: other.identity.sha256, shardBits: 12, pageIndex, shardHashes };
    const hash = await addBlob(store.blobs, encodeShardPage(page));
    await publishEntries([{ ...entry, hashes: entry.hashes.map(() => hash) }]);
    expect(await ask()).toBe(INTERNAL_ERROR);
  });
});

describe('a store that is out of reach', () => {
  it.each(['throws', 'hangs'] as const)(
    'ADR 1: a store that %s is tryLater when nothing is in memory',
    async (fault) => {
      await publishShard();
      store.fault = fault;
      for (const response of [
        await edge.get(requestFor(issuer, SERIAL)),
        await edge.post(requestFor(issuer, SERIAL)),
      ]) {
        expect([response.status, await bodyHex(response)]).toEqual([200, TRY_LATER]);
      }
      expect(edge.deps.monitoring.count('head-unavailable')).toBe(2);
    },
  );

  it.each(['throws', 'hangs'] as const)(
    'ADR 1: a store that %s leaves the previous snapshot in service',
    async (fault) => {
      await publishShard();
      const before = await ask();
      store.fault = fault;
      edge.now = addSeconds(NOW, 31);
      expect(await ask()).toBe(before);
      expect(edge.deps.monitoring.count('head-unavailable')).toBe(1);
      expect(await bodyHex(await edge.get(requestFor(issuer, serial('77'))))).toBe(UNAUTHORIZED);
      store.fault = 'none';
      await publishEntries([], 2);
      edge.now = addSeconds(edge.now, 5);
      expect(await ask()).toBe(UNAUTHORIZED);
    },
  );

  it('ADR 1: while one request waits for the head, others do not', async () => {
    await publishShard();
    const before = await ask();
    store.fault = 'hangs';
    edge.now = addSeconds(NOW, 31);
    const heads = edge.reads.heads;
    const answers = await Promise.all([ask(), ask(), ask(), ask()]);
    expect(new Set(answers)).toEqual(new Set([before]));
    expect(edge.reads.heads).toBe(heads + 1);
  });

  it('HTTP-15: the waits of a cold isolate together stay under 10 seconds', async () => {
    const { STORE_TIME_LIMIT_MILLISECONDS } = await import('../../workers/store-list.ts');
    expect(4 * STORE_TIME_LIMIT_MILLISECONDS).toBeLessThan(10_000);
  });
});
