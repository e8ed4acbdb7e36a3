import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hexFromBytes } from '../../../../shared/bytes.ts';
import { must } from '../../../../shared/result.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { settle } from '../../../../signer/settlement/settle.ts';
import {
  findPublished,
  insertCertificates,
  type PublisherUnderTest,
  publishedHead,
  publishedIssuer,
  startPublisher,
} from './publisher-under-test.ts';

const SUB_CA = 'time-stamping-ca';
const NO_ANSWER = { code: 'kv-unreachable', reason: 'test' } as const;

let test: PublisherUnderTest;
let fresh: readonly string[] = [];

/** Good certificates that no other test touches. */
function take(count: number): readonly string[] {
  const taken = fresh.slice(0, count);
  fresh = fresh.slice(count);
  return taken;
}

beforeAll(async () => {
  test = await startPublisher();
  fresh = insertCertificates(test, 20);
  await test.settle(SUB_CA);
  must(await test.publisher.publish('changes'), 'publish');
}, 60_000);
afterAll(() => test.close());

function revoke(serialNumber = ''): void {
  must(
    revokeCertificate(test.context, { serialNumber, reason: 'keyCompromise' }, 'test'),
    'revoke',
  );
}

function statusOf(serial = ''): string | undefined {
  return findPublished(test, publishedIssuer(test, SUB_CA), serial)?.certStatus.status;
}

describe('publisher', () => {
  it('ADR 1 snapshot: blobs are written before the head, and the head alone', async () => {
    revoke(take(1)[0]);
    await test.settle(SUB_CA);
    const before = test.kv.calls.length;
    must(await test.publisher.publish('changes'), 'publish');
    const [blobs = [], head] = test.kv.calls.slice(before);
    expect(test.kv.calls.length).toBe(before + 2);
    expect(blobs.every((key) => /^blob\/[0-9a-f]{64}$/.test(key))).toBe(true);
    expect(head).toEqual(['head']);
    // Root, CRL, its reasons, one shard and the catalogue: whatever the number of certificates.
    expect(blobs.length).toBe(5);
  });

  it('ADR 1 snapshot: several revocations go out in one epoch', async () => {
    const { epoch } = publishedHead(test);
    const { id } = test.authority(SUB_CA).row;
    const serials = take(5);
    const each = serials.map(async (serial) => {
      revoke(serial);
      must(await settle(test.context, id), 'settle');
      return must(await test.publisher.publish('changes'), 'publish');
    });
    expect(new Set(await Promise.all(each))).toEqual(new Set([epoch + 1]));
    expect(publishedHead(test).epoch).toBe(epoch + 1);
    expect(serials.map(statusOf)).toEqual(serials.map(() => 'revoked'));
  });
});

describe('publisher before a store that fails', () => {
  it.each(['lost', 'persisted'] as const)(
    'KV: blobs that were %s and reported failed are written again, and then the head',
    async (persisted) => {
      const { epoch } = publishedHead(test);
      const [serial] = take(1);
      revoke(serial);
      await test.settle(SUB_CA);
      test.kv.faults.push({ error: NO_ANSWER, persisted });
      const failed = await test.publisher.publish('changes');
      expect(failed).toEqual({ ok: false, error: { code: 'store', error: NO_ANSWER } });
      expect(publishedHead(test).epoch).toBe(epoch);
      expect(statusOf(serial)).toBe('good');
      expect(test.publisher.lastError()).toEqual({ code: 'store', error: NO_ANSWER });
      expect(must(await test.publisher.publish('changes'), 'again')).toBe(epoch + 1);
      expect(statusOf(serial)).toBe('revoked');
      expect(test.publisher.lastError()).toBeNull();
      expect(test.publisher.isDue()).toBe(false);
    },
  );

  it.each(['lost', 'persisted'] as const)(
    'KV: a head that was %s and reported failed is the same head when it is written again',
    async (persisted) => {
      const [serial] = take(1);
      revoke(serial);
      await test.settle(SUB_CA);
      const failing = { error: NO_ANSWER, persisted } as const;
      const putAll = test.kv.putAll.bind(test.kv);
      test.kv.putAll = async (pairs) => {
        if (pairs[0]?.key === 'head') test.kv.faults.unshift(failing);
        test.kv.putAll = pairs[0]?.key === 'head' ? putAll : test.kv.putAll;
        return putAll(pairs);
      };
      expect((await test.publisher.publish('changes')).ok).toBe(false);
      const promised = test.context.db.get('SELECT note FROM epoch ORDER BY number DESC LIMIT 1');
      must(await test.publisher.publish('changes'), 'again');
      expect(test.kv.values.get('head')).toEqual(promised?.['note']);
      expect(statusOf(serial)).toBe('revoked');
    },
  );

  it('ADR 1 snapshot: what was promised while the store was away goes out with what came later', async () => {
    const { epoch } = publishedHead(test);
    const [first, second] = take(2);
    for (const serial of [first, second]) {
      revoke(serial);
      await test.settle(SUB_CA);
      test.kv.faults.push({ error: NO_ANSWER, persisted: 'lost' });
      expect((await test.publisher.publish('changes')).ok).toBe(false);
    }
    must(await test.publisher.publish('changes'), 'publish');
    expect(publishedHead(test).epoch).toBe(epoch + 2);
    expect([first, second].map(statusOf)).toEqual(['revoked', 'revoked']);
  });
});

describe('heads', () => {
  it('ADR 1 snapshot: each head names the text of the one before it, and epochs rise by one', async () => {
    const chain = [publishedHead(test)];
    for (let n = 0; n < 3; n++) {
      must(await test.publisher.publish('renew'), 'renew');
      chain.push(publishedHead(test));
    }
    const rows = test.context.db.all('SELECT head_hash FROM epoch ORDER BY number');
    const hashes = rows.map((row) => Buffer.from(row['head_hash'] as Uint8Array).toString('hex'));
    const [first] = chain;
    chain.forEach(({ epoch, previousHash }, index) => {
      expect(epoch).toBe((first?.epoch ?? 0) + index);
      expect(hexFromBytes(previousHash)).toBe(hashes[epoch - 2]);
    });
  });

  it('ADR 1 snapshot: the head is signed anew after half an hour, and expires two hours after it', () => {
    const { time, expires } = publishedHead(test);
    expect(expires - time).toBe(7_200);
    expect(test.publisher.isDue()).toBe(false);
    test.setClock(time + 1_799);
    expect(test.publisher.isDue()).toBe(false);
    test.setClock(time + 1_800);
    expect(test.publisher.isDue()).toBe(true);
    test.setClock(time);
  });

  it('KV: two writes of the head are a second apart', async () => {
    must(await test.publisher.publish('renew'), 'renew');
    expect(test.slept.length).toBeGreaterThan(0);
    for (const milliseconds of test.slept) expect(milliseconds).toBeLessThanOrEqual(1_000);
  });

  it('ADR 1 snapshot: publishing everything fills a store that lost it all', async () => {
    const [one, other] = take(2);
    revoke(one);
    await test.settle(SUB_CA);
    must(await test.publisher.publish('changes'), 'publish');
    test.kv.values.clear();
    must(await test.publisher.publish('everything'), 'everything');
    expect([one, other].map(statusOf)).toEqual(['revoked', 'good']);
  });
});
