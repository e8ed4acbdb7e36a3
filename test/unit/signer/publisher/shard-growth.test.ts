import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { snapshotShards } from '../../../../signer/database/snapshot-table.ts';
import { promiseEpoch } from '../../../../signer/publisher/promise-epoch.ts';
import { storedAnswers } from '../../../support/stored-answers.ts';
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

describe('shards while nothing is published', () => {
  let test: PublisherUnderTest;
  beforeAll(async () => {
    test = await startPublisher();
  }, 60_000);
  afterAll(() => test.close());

  const bits = () => test.authority(SUB_CA).row.shardBits;
  const longest = () =>
    Number(test.context.db.get('SELECT max(length(bytes)) AS n FROM ocsp_shard')?.['n']);

  it('ADR 1 snapshot: they are split when they are stored, however much is settled before an epoch', async () => {
    const serials = insertCertificates(test, 2_500);
    await test.settle(SUB_CA);
    expect(bits()).toBeGreaterThan(1);
    expect(longest()).toBeLessThanOrEqual(98_304);
    expect(new Set(storedAnswers(test.context.db).map(({ serial }) => serial))).toEqual(
      new Set([...serials, ...responderSerials(test)]),
    );
    must(await test.publisher.publish('changes'), 'publish');
    const issuer = publishedIssuer(test, SUB_CA);
    expect(issuer.shardBits).toBe(bits());
    expect(serials.filter((serial) => !findPublished(test, issuer, serial))).toEqual([]);
  }, 120_000);

  it('ADR 1 snapshot: an epoch whose head is signed while they are split is whole, and so is the next', async () => {
    const before = bits();
    const [first = ''] = insertCertificates(test, 1);
    await test.settle(SUB_CA);
    let meanwhile: readonly string[] = [];
    const { door } = test.context;
    const signHead: typeof door.signHead = async (...head) => {
      meanwhile = insertCertificates(test, 3_000);
      await test.settle(SUB_CA);
      return door.signHead(...head);
    };
    const context = { ...test.context, door: { ...door, signHead } };
    must(await promiseEpoch(context, test.publication, 7_200, 'changes'), 'promise');
    expect(bits()).toBeGreaterThan(before);
    // Its shards are of fewer bits: none of them may stand in the directory of the next.
    const { id } = test.authority(SUB_CA).row;
    expect(snapshotShards(test.context.db, id, 0, 2 ** bits())).toEqual([]);
    must(await test.publisher.publish('changes'), 'the promised one and the next');
    const issuer = publishedIssuer(test, SUB_CA);
    expect(issuer.shardBits).toBe(bits());
    const unanswered = [first, ...meanwhile].filter(
      (serial) => !findPublished(test, issuer, serial),
    );
    expect(unanswered).toEqual([]);
    expect(issuer.hashes.length).toBe(2 ** bits());
  }, 120_000);
});

/** Of root and sub-CA, the root's own certificates included: all that the test did not put there. */
function responderSerials({ context }: PublisherUnderTest): readonly string[] {
  return context.db
    .all("SELECT lower(hex(serial)) AS serial FROM certificate WHERE profile <> 'tsa'")
    .map((row) => String(row['serial']));
}
