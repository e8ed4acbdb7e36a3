import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { markUnsettled } from '../../../../signer/database/unsettled-table.ts';
import { renewalThresholds } from '../../../../signer/presigning/plan.ts';
import { renewResponses } from '../../../../signer/presigning/renew.ts';
import { settle } from '../../../../signer/settlement/settle.ts';
import { openSignerInProcess, type SignerInProcess } from '../../../support/signer-in-process.ts';

/** More than a page, so that a turn has several under way. */
const CERTIFICATES = 2_500;
const HOUR = 3600;

let signer: SignerInProcess;
beforeAll(async () => {
  signer = await openSignerInProcess('p256', CERTIFICATES);
}, 120_000);
afterAll(() => signer?.close());

function renew(): Promise<number> {
  return renewResponses(signer.context, signer.authority).then((count) => must(count, 'renewal'));
}

function refreshAfter(): number {
  return signer.authority.policy.ocsp.refreshAfterSeconds.value;
}

/** How many responses of each thisUpdate there are, the oldest first. */
function ages(): readonly (readonly [thisUpdate: number, count: number])[] {
  return signer.context.db
    .all(
      `SELECT b.this_update AS t, count(*) AS n FROM ocsp_response r JOIN ocsp_batch b ON b.id = r.batch_id
       GROUP BY 1 ORDER BY 1`,
    )
    .map((row) => [Number(row['t']), Number(row['n'])]);
}

function count(sql: string): number {
  return Number(signer.context.db.get(sql)?.['n']);
}

/** Puts the status of these certificates on record again, each in a batch of its own. */
async function settleOneByOne(ids: readonly number[]): Promise<void> {
  const { context, authority } = signer;
  for (const id of ids) {
    context.db.transaction((tx) => markUnsettled(tx, authority.row.id, id));
    must(await settle(context, authority.row.id), 'settlement');
  }
}

describe('renewal of OCSP responses', { timeout: 60_000 }, () => {
  it('RSP-9: nothing is renewed before it is due', async () => {
    signer.advance(refreshAfter() - HOUR);
    expect(await renew()).toBe(0);
  });

  it('RSP-9: everything that is due is renewed once, in the order of shards', async () => {
    const ids = [5, 50, 500];
    await settleOneByOne(ids);
    signer.advance(HOUR);
    const total = count('SELECT count(*) AS n FROM ocsp_response');
    expect(await renew()).toBe(total - ids.length);
    expect(await renew()).toBe(0);
    const [, renewed] = ages();
    expect(ages().reduce((sum, [, n]) => sum + n, 0)).toBe(total);
    expect(renewed?.[1]).toBe(total - ids.length);
    // Batches of neighbouring places do not overlap.
    const ranges = signer.context.db.all(
      'SELECT min(place) AS low, max(place) AS high, count(*) AS n FROM ocsp_response GROUP BY batch_id HAVING n > 1 ORDER BY low',
    );
    expect(ranges.length).toBeGreaterThan(1);
    const overlaps = ranges.filter(
      (row, i) => i > 0 && Number(row['low']) < Number(ranges[i - 1]?.['high']),
    );
    expect(overlaps).toEqual([]);
  });

  it('RSP-9: few that are due are found among many that are not, and share a batch', async () => {
    signer.advance(refreshAfter() - HOUR);
    expect(await renew()).toBe(3);
    expect(ages().at(-1)?.[1]).toBe(3);
    expect(
      count(
        'SELECT count(DISTINCT batch_id) AS n FROM ocsp_response WHERE batch_id = (SELECT max(id) FROM ocsp_batch)',
      ),
    ).toBe(1);
  });

  it('RSP-24: a revoked certificate stays revoked, with its time and reason', () => {
    const differing = count(
      `SELECT count(*) AS n FROM ocsp_response r
         JOIN certificate c ON c.authority_id = r.authority_id AND c.serial = r.serial
         LEFT JOIN revocation v ON v.certificate_id = c.id
       WHERE r.reason <> coalesce(v.reason, 0) OR r.revocation_time <> coalesce(v.revocation_date, 0)`,
    );
    expect(differing).toBe(0);
    expect(count('SELECT count(*) AS n FROM ocsp_response WHERE reason > 0')).toBeGreaterThan(0);
  });

  it('RSP-24: the publish gate takes what was renewed', async () => {
    await expect(signer.promise()).resolves.toBeUndefined();
  });
});

describe('renewalThresholds', () => {
  it('RSP-9: what has the least time left comes first, and all that is due after it', () => {
    const now = signer.context.clock();
    const [urgent, due] = renewalThresholds(signer.authority.policy, now);
    expect(now - due).toBe(refreshAfter());
    expect(urgent).toBeLessThan(due);
    expect(now - urgent).toBeLessThan(signer.authority.policy.ocsp.validitySeconds.value);
  });

  it('RSP-9: there is no time before 1970', () => {
    expect(renewalThresholds(signer.authority.policy, unixSeconds(100))).toEqual([0, 0]);
  });
});
