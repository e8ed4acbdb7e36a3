import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import {
  findPublished,
  insertCertificates,
  type PublisherUnderTest,
  publishedIssuer,
  startPublisher,
} from './publisher-under-test.ts';

const SUB_CA = 'time-stamping-ca';

/** Of P-256: 1,000 statuses take some 150 kB. */
const STEPS = [200, 800, 1_600] as const;

describe('shards', () => {
  let test: PublisherUnderTest;
  const serials: string[] = [];
  const bits: number[] = [];
  const longest: number[] = [];
  const unanswered: string[] = [];

  beforeAll(async () => {
    test = await startPublisher();
    for (const count of STEPS) {
      serials.push(...insertCertificates(test, count));
      await test.settle(SUB_CA);
      must(await test.publisher.publish('changes'), 'publish');
      const issuer = publishedIssuer(test, SUB_CA);
      bits.push(issuer.shardBits);
      const shards = issuer.hashes.map((hash) => Buffer.from(hash).toString('hex'));
      longest.push(
        Math.max(...shards.map((hash) => test.kv.values.get(`blob/${hash}`)?.length ?? 0)),
      );
      for (const serial of serials)
        if (findPublished(test, issuer, serial)?.certStatus.status !== 'good')
          unanswered.push(serial);
    }
  }, 120_000);
  afterAll(() => test.close());

  it('ADR 1 snapshot: shardBits grows with the issuer', () => {
    expect(bits[0]).toBe(0);
    expect(bits[1]).toBeGreaterThan(0);
    expect(bits[2]).toBeGreaterThan(bits[1] ?? 0);
  });

  it('ADR 1 snapshot: no shard is much longer than 64 KiB, however many certificates there are', () => {
    for (const octets of longest) expect(octets).toBeLessThanOrEqual(98_304);
  });

  it('ADR 1 snapshot: after each growth every certificate of before and after is answered', () => {
    expect(serials.length).toBe(2_600);
    expect(unanswered).toEqual([]);
  });

  it('RSP-14: a serial number that was never issued is in no shard', () => {
    const issuer = publishedIssuer(test, SUB_CA);
    expect(findPublished(test, issuer, '01ffffffffffffffffffffffffffffffff')).toBeUndefined();
  });
});
