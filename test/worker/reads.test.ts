import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addSeconds } from '../../shared/time.ts';
import { createMemo } from '../../workers/memo.ts';
import {
  createIssuer,
  createPublisher,
  NOW,
  serial,
  type TestIssuer,
  type TestPublisher,
} from '../support/edge-snapshot.ts';
import { nonce, ocspRequest, single } from '../support/ocsp-requests.ts';
import { bodyHex, certIDOf, openEdge, publish, requestFor, UNAUTHORIZED } from './edge.ts';

const SERIALS = Array.from({ length: 40 }, (_, i) => serial(String(1000 + i)));
const [SERIAL = serial('01')] = SERIALS;

let publisher: TestPublisher;
let issuer: TestIssuer;

beforeAll(async () => {
  publisher = await createPublisher();
  issuer = await createIssuer('A');
});

async function publishWith(shardBits: number, epoch = 1) {
  const certificates = SERIALS.map((serialNumber) => ({ serialNumber }));
  await publish(publisher, { populations: [{ issuer, shardBits, certificates }] }, { epoch });
}

describe('a cold isolate', () => {
  it.each([
    [0, 3],
    [4, 3],
    [11, 3],
    [12, 4],
    [13, 4],
  ])('ADR 1: with 2^%i shards it reads %i times', async (shardBits, reads) => {
    await publishWith(shardBits);
    const edge = openEdge(publisher);
    expect(await bodyHex(await edge.get(requestFor(issuer, SERIAL)))).toMatch(/^3082/);
    expect(edge.reads.heads + edge.reads.blobs).toBe(reads);
  });

  it('RSP-14: an empty place in the directory is unauthorized without reading a shard', async () => {
    await publishWith(11);
    const edge = openEdge(publisher);
    expect(await bodyHex(await edge.get(requestFor(issuer, serial('abcd'))))).toBe(UNAUTHORIZED);
    expect(edge.reads).toEqual({ heads: 1, blobs: 1 });
  });
});

describe('a warm isolate', () => {
  let edge: ReturnType<typeof openEdge>;

  beforeEach(async () => {
    await publishWith(2);
    edge = openEdge(publisher);
    for (const serialNumber of SERIALS) await edge.get(requestFor(issuer, serialNumber));
  });

  it('ADR 1: it reads nothing while the interval runs, whatever the form of the request', async () => {
    const before = { ...edge.reads };
    edge.now = addSeconds(NOW, 29);
    for (const serialNumber of SERIALS) {
      const list = [single(certIDOf(issuer, serialNumber))];
      for (const der of [
        requestFor(issuer, serialNumber),
        requestFor(issuer, serialNumber, 'sha256'),
        ocspRequest({ list, extensions: [nonce(32)] }),
      ]) {
        expect(await bodyHex(await edge.get(der))).toMatch(/^3082/);
        expect(await bodyHex(await edge.post(der))).toMatch(/^3082/);
      }
    }
    expect(edge.reads).toEqual(before);
  });

  it('ADR 1: a new epoch costs the head, the root and the shards that changed', async () => {
    const certificates = SERIALS.map((serialNumber) => ({ serialNumber }));
    const more = [...certificates, { serialNumber: serial('2000') }];
    // Throwaway ECDSA signatures differ each time, so all four shards change.
    await publish(
      publisher,
      { populations: [{ issuer, shardBits: 2, certificates: more }] },
      { epoch: 2 },
    );
    edge.now = addSeconds(NOW, 30);
    const before = { ...edge.reads };
    for (const serialNumber of SERIALS) await edge.get(requestFor(issuer, serialNumber));
    expect(edge.reads).toEqual({ heads: before.heads + 1, blobs: before.blobs + 5 });
  });

  it('ADR 1: requests at once in a cold isolate read on their own and agree', async () => {
    const cold = openEdge(publisher);
    const asked = Array.from({ length: 8 }, () => cold.get(requestFor(issuer, SERIAL)));
    const bodies = await Promise.all((await Promise.all(asked)).map(bodyHex));
    expect(new Set(bodies).size).toBe(1);
    expect(bodies[0]).toMatch(/^3082/);
  });
});

describe('the memo', () => {
  it('ADR 1: it never holds more than its bound and drops the least recently used', () => {
    const memo = createMemo<number>(1000);
    for (let i = 0; i < 10; i++) memo.put(`key ${i}`, i, 100);
    expect(memo.get('key 0')).toBe(0);
    memo.put('key 10', 10, 100);
    expect([memo.get('key 0'), memo.get('key 1'), memo.held()]).toEqual([0, undefined, 1000]);
    memo.put('key 11', 11, 450);
    expect(memo.held()).toBeLessThanOrEqual(1000);
    expect(memo.get('key 11')).toBe(11);
  });

  it('ADR 1: what is heavier than half of it is not kept, and replacing does not add up', () => {
    const memo = createMemo<string>(1000);
    memo.put('heavy', 'x', 501);
    expect([memo.get('heavy'), memo.held()]).toEqual([undefined, 0]);
    for (let i = 0; i < 50; i++) memo.put('same', 'x', 400);
    expect(memo.held()).toBe(400);
  });

  it('ADR 1: answers stay right when next to nothing fits into memory', async () => {
    await publishWith(5);
    const edge = openEdge(publisher, { memoMaxBytes: 1 << 14 });
    const roomy = openEdge(publisher);
    for (const serialNumber of [...SERIALS, ...SERIALS]) {
      const der = requestFor(issuer, serialNumber);
      expect(await bodyHex(await edge.get(der))).toBe(await bodyHex(await roomy.get(der)));
    }
    const { answers, given } = edge.deps;
    expect(answers.held() + given.held()).toBeLessThanOrEqual(1 << 14);
  });
});
