import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { type SerialNumber, serialNumberFromContents } from '../../../../shared/serial-number.ts';
import { isNoShard } from '../../../../shared/snapshot/directory.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { withdrawAnswers } from '../../../../signer/ocsp/store-shards.ts';
import { octets } from '../../../support/octets.ts';
import { storedAnswers } from '../../../support/stored-answers.ts';
import {
  findPublished,
  insertCertificates,
  type PublisherUnderTest,
  publishedIssuer,
  startPublisher,
} from '../publisher/publisher-under-test.ts';

const SUB_CA = 'time-stamping-ca';
const WITHDRAWAL = { at: unixSeconds(1_800_000_000), why: 'retention' } as const;

let test: PublisherUnderTest;
let serials: readonly string[] = [];
let subId = 0;

beforeAll(async () => {
  test = await startPublisher();
  serials = insertCertificates(test, 3);
  subId = test.authority(SUB_CA).row.id;
}, 180_000);
afterAll(() => test.close());

function answered(): readonly string[] {
  return test.context.db
    .all(
      `SELECT lower(hex(serial)) AS serial FROM certificate WHERE answered = 1 AND authority_id = ${subId}`,
    )
    .map((row) => String(row['serial']));
}

function inShards(): readonly string[] {
  const mine = storedAnswers(test.context.db).filter(({ authorityId }) => authorityId === subId);
  return mine.map(({ serial }) => serial);
}

function serialNumber(serial: string): SerialNumber {
  return must(serialNumberFromContents(octets(serial)), serial);
}

async function published(): Promise<readonly string[]> {
  must(await test.publisher.publish('changes'), 'publish');
  const issuer = publishedIssuer(test, SUB_CA);
  return serials.filter((serial) => findPublished(test, issuer, serial));
}

describe('the answers of a certificate', () => {
  it('CP 4.9.10: are in a shard from its first settlement on, and on record as such', async () => {
    expect(answered().filter((serial) => serials.includes(serial))).toEqual([]);
    await test.settle(SUB_CA);
    expect(new Set(answered())).toEqual(new Set(inShards()));
    expect(answered()).toEqual(expect.arrayContaining([...serials]));
    expect(await published()).toEqual(serials);
  });

  it('RSP-14: once withdrawn are in no shard, and the others are as they were', async () => {
    const [first = ''] = serials;
    const before = storedAnswers(test.context.db).filter(({ serial }) => serial !== first);
    test.context.db.transaction((tx) =>
      withdrawAnswers(tx, subId, [serialNumber(first)], WITHDRAWAL),
    );
    expect(storedAnswers(test.context.db)).toEqual(before);
    expect(new Set(answered())).toEqual(new Set(inShards()));
    expect(await published()).toEqual(serials.slice(1));
  });

  it('RSP-14: a shard whose last answer was withdrawn is none', async () => {
    test.context.db.transaction((tx) =>
      withdrawAnswers(tx, subId, inShards().map(serialNumber), WITHDRAWAL),
    );
    expect([answered(), inShards()]).toEqual([[], []]);
    expect(await published()).toEqual([]);
    expect(publishedIssuer(test, SUB_CA).hashes.map(isNoShard)).toEqual([true]);
  });
});
