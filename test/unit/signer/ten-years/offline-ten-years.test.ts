import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { disagreements } from './agreement.ts';
import { OfflineTenYears } from './offline-scenario.ts';

const DAY = 86_400;
const STEP = 4 * DAY;
const YEAR = 368 * DAY;
const YEARS = 10;
/** One wrong thing is wrong at every later step too. */
const ENOUGH = 20;

describeWithOpenSSL('ten years of a CA whose key is offline, a look every fourth day', () => {
  let acts: OfflineTenYears;
  let steps = 0;
  const findings: string[] = [];
  const failures: unknown[] = [];

  beforeAll(async () => {
    acts = await OfflineTenYears.start();
    const { published } = acts;
    const start = published.context.clock();
    for (let at = 0; at <= YEARS * YEAR && findings.length < ENOUGH; at += STEP) {
      const now = published.setClock(start + at);
      if (at % YEAR === 0 && at < YEARS * YEAR) await acts.actsOfYear(at / YEAR);
      failures.push(...(await acts.round()));
      findings.push(...disagreements(published, acts.expected, acts.crls, now));
      steps += 1;
    }
  }, 600_000);
  afterAll(() => acts.published.close());

  it('CRL-18, RSP-24, CRL-6: at every step database, CRL and OCSP say what was done, and nothing is missing', () => {
    expect(findings).toEqual([]);
    expect(steps).toBe((YEARS * YEAR) / STEP + 1);
  });

  it('CRL-18: every round is done without a failure, and no ceremony is due after one was held', () => {
    expect(failures).toEqual([]);
  });

  it('CRL-4, RSP-36: between the acts of the years ceremonies renew the CRL and the responder', () => {
    expect(new Set(acts.renewals)).toEqual(new Set(['crl-renewal', 'responder']));
    expect(acts.renewals.filter((why) => why === 'crl-renewal').length).toBeGreaterThanOrEqual(
      YEARS / 2,
    );
    expect(acts.renewals.length).toBeLessThan(2 * YEARS);
  });

  it('CRL-18: the answer of a bundle whose place another took is refused', () => {
    expect(acts.lostAnswer).toBe('ceremony-cancelled');
  });
});
