import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { latestCRL } from '../../../../signer/database/crl-table.ts';
import { newestResponder } from '../../../../signer/database/responder-table.ts';
import { countUnsettled } from '../../../../signer/database/unsettled-table.ts';
import { ensureResponder } from '../../../../signer/ocsp/responder.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { runRound } from '../../../../signer/schedule.ts';
import { settle } from '../../../../signer/settlement/settle.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { crlEntries } from '../../../support/openssl-text.ts';
import { refusalOf } from '../issuance/signer-under-test.ts';
import {
  findPublished,
  insertCertificates,
  type PublisherUnderTest,
  publishedIssuer,
  startPublisher,
} from '../publisher/publisher-under-test.ts';

const CA = 'time-stamping-ca';
const HOUR = 3_600;
const DAY = 86_400;

let test: PublisherUnderTest;
let end = 0;
let serials: readonly string[] = [];

/** The root ends later than the sub-CA; the clock goes to the last days of the latter. */
beforeAll(async () => {
  test = await startPublisher();
  end = test.authority(CA).notAfter;
  test.setClock(end - 8 * DAY - HOUR);
  await round();
  serials = insertCertificates(test, 4);
  await round();
}, 180_000);
afterAll(() => test.close());

async function round(): Promise<void> {
  expect(await runRound(test.context, test.publisher)).toBeNull();
}

function answerOf(serial = '') {
  return findPublished(test, publishedIssuer(test, CA), serial);
}

function revoke(serialNumber = ''): void {
  const input = { serialNumber, authority: CA, reason: 'superseded' } as const;
  must(revokeCertificate(test.context, input, 'test'), 'revocation');
}

function listedOnCRL(): readonly string[] {
  const crl = latestCRL(test.context.db, test.authority(CA).row.id);
  return crl ? [...crlEntries(crl.der).keys()] : [];
}

describeWithOpenSSL('the last days of a CA', () => {
  it('RSP-9, RSP-21: answers get shorter with what is left and are replaced in time, down to the last 8 hours', async () => {
    const late: unknown[] = [];
    for (let now = end - 8 * DAY; now <= end - 8 * HOUR; now += HOUR) {
      const before = answerOf(serials[0])?.times;
      if (before) {
        const validity = before.nextUpdate - before.thisUpdate;
        const last =
          validity < 16 * HOUR
            ? before.thisUpdate + validity / 2
            : Math.min(before.nextUpdate - 8 * HOUR, before.thisUpdate + 4 * DAY);
        if (now > last) late.push({ now: end - now, before });
      }
      test.setClock(now);
      await round();
    }
    expect(late).toEqual([]);
    const last = answerOf(serials[0])?.times;
    expect(last?.nextUpdate).toBe(end);
    // Made in the last 16 hours: no answer of 16 hours or more stands until it is too late to replace it.
    expect(end - (last?.thisUpdate ?? 0)).toBeLessThan(16 * HOUR);
    expect(end - (last?.thisUpdate ?? 0)).toBeGreaterThanOrEqual(8 * HOUR);
  }, 120_000);

  it('RSP-21: in the last 8 hours nobody signs responses, and those that stand are left alone', async () => {
    const now = test.setClock(end - 7 * HOUR);
    expect(
      must(await ensureResponder(test.context, test.authority(CA), now), 'responder'),
    ).toBeNull();
    const before = answerOf(serials[0]);
    await round();
    expect(answerOf(serials[0])).toEqual(before);
  });
});

describeWithOpenSSL('facts of the last 8 hours of a CA', () => {
  it('CP 4.9.8: a revocation then goes out by CRL at once, and OCSP takes back what it said', async () => {
    revoke(serials[1]);
    await round();
    expect(countUnsettled(test.context.db)).toBe(0);
    expect(listedOnCRL()).toContain(serials[1]?.replace(/^0+/, '').padStart(34, '0'));
    expect(answerOf(serials[1])).toBeUndefined();
    expect(answerOf(serials[2])?.certStatus.status).toBe('good');
  });

  it('CRL-6: an issuance then makes a CRL too; OCSP says nothing of the certificate', async () => {
    const number = () => latestCRL(test.context.db, test.authority(CA).row.id)?.crlNumber ?? 0;
    const before = number();
    const [serial = ''] = insertCertificates(test, 1);
    await round();
    expect(number()).toBe(before + 1);
    expect(answerOf(serial)).toBeUndefined();
  });

  it('RSP-24: the whole snapshot can be published again: what was withdrawn stays so', async () => {
    must(await test.publisher.publish('everything'), 'publish');
    expect(answerOf(serials[1])).toBeUndefined();
    expect(answerOf(serials[2])?.certStatus.status).toBe('good');
  });

  it('RFC 6960 4.2.2.2.1: with the responder revoked, its answers are taken back as nobody can replace them', async () => {
    const { id } = test.authority(CA).row;
    const responder = newestResponder(test.context.db, id);
    const row = test.context.db.get(
      'SELECT lower(hex(serial)) AS serial FROM certificate WHERE id = ?',
      responder?.certificateId ?? 0,
    );
    revoke(String(row?.['serial']));
    await round();
    expect(answerOf(serials[2])).toBeUndefined();
    expect(listedOnCRL()).toHaveLength(2);
  });

  it('CRL-7: the last CRL has the latest nextUpdate, past the end of the CA, and stays published', async () => {
    const { id } = test.authority(CA).row;
    const rows = test.context.db.all(
      'SELECT next_update AS n FROM crl WHERE authority_id = ? ORDER BY crl_number',
      id,
    );
    const times = rows.map((row) => Number(row['n']));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeGreaterThan(end);
  });
});

describe('after the end of a CA', () => {
  it('RFC 5280 6.1.3: it signs nothing more, and no round fails or waits because of it', async () => {
    test.setClock(end + 1);
    const { id } = test.authority(CA).row;
    const before = latestCRL(test.context.db, id)?.crlNumber;
    await round();
    test.setClock(end + 400 * DAY);
    await round();
    expect(latestCRL(test.context.db, id)?.crlNumber).toBe(before);
  });

  it('RFC 5280 6.1.3: a fact that comes then is kept, and whoever brings it is told why it waits', async () => {
    revoke(serials[3]);
    expect(refusalOf(await settle(test.context, test.authority(CA).row.id))).toBe(
      'authority-expired',
    );
    expect(countUnsettled(test.context.db)).toBe(1);
    await round();
  });

  it('CSBR 4.10.1: its last CRL, though past nextUpdate, does not stop the snapshot of the others', async () => {
    must(await test.publisher.publish('everything'), 'publish');
  });
});
