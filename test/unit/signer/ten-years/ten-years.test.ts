import { afterAll, beforeAll, expect, it } from 'vitest';
import { runRound } from '../../../../signer/schedule.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import { withResponderKeysInMemory } from '../presigning/responder-keys-in-memory.ts';
import { type PublisherUnderTest, startPublisher } from '../publisher/publisher-under-test.ts';
import { disagreements } from './agreement.ts';
import { TEN_YEARS_POLICY, TenYears, TSAS } from './scenario.ts';

const DAY = 86_400;
const STEP = 4 * DAY;
const YEAR = 368 * DAY;
const YEARS = 10;
/** One wrong thing is wrong at every later step too. */
const ENOUGH = 20;

describeWithOpenSSL('ten years of a CA, a look every fourth day', () => {
  let test: PublisherUnderTest;
  let acts: TenYears;
  let steps = 0;
  const findings: string[] = [];
  const failures: unknown[] = [];
  const verified: string[] = [];

  beforeAll(async () => {
    test = await startPublisher(1_800, TEN_YEARS_POLICY);
    const keys = await withResponderKeysInMemory(test);
    acts = new TenYears(test);
    const start = test.context.clock();
    for (let at = 0; at <= YEARS * YEAR && findings.length < ENOUGH; at += STEP) {
      const now = test.setClock(start + at);
      const begins = at % YEAR === 0 && at < YEARS * YEAR;
      if (begins) await acts.actsOfYear(at / YEAR);
      const failed = await runRound(keys.context, test.publisher);
      if (failed) failures.push(failed);
      acts.takeNoteOfOwn();
      findings.push(...disagreements(test, acts.expected, acts.crls, now));
      if (begins) verified.push(...acts.verifiedByOpenSSL());
      steps += 1;
    }
    await keys.close();
  }, 600_000);
  afterAll(() => test.close());

  it('RSP-24, CRL-6, CP 4.9.10: at every step database, CRL and OCSP say what was done, and nothing is missing', () => {
    expect(findings).toEqual([]);
    expect(steps).toBe((YEARS * YEAR) / STEP + 1);
  });

  it('RSP-9: every round of the schedule is done without a failure', () => {
    expect(failures).toEqual([]);
  });

  it('CRT-8, CON-14: each re-key was refused until the applicant was confirmed', () => {
    expect([...acts.refused.sameSubject]).toEqual(['subject-refused CRT-8']);
  });

  it('CSR-5, CP 4.6: a key that has a certificate never got another one', () => {
    expect([...acts.refused.sameKey]).toEqual(['request-refused CSR-5']);
  });

  it('CP 4.9.1: a revoked sub-CA issues nothing more, while its CRL and OCSP go on', () => {
    expect([...acts.refused.revokedCA]).toEqual(['authority-revoked']);
  });

  it('CRL-6: each CA signed a CRL for every responder that it certified, a new one a month', () => {
    for (const { number } of acts.crls.values()) expect(number).toBeGreaterThan(10 * 11);
  });

  it('RSP-1, CRL-1: each year openssl verifies both CRLs and the answers about the newest certificates', () => {
    expect(verified).toHaveLength(YEARS * (2 + 2 * TSAS.length));
    for (const text of verified) {
      // openssl holds the window of a response against the real clock, whatever -attime says.
      expect(text).toMatch(/^verify OK\n|^(0x[0-9a-f]+: )?good\n[\s\S]*^Response verify OK\n/m);
    }
  });
});
