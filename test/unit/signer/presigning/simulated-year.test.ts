import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Responder } from '../../../../shared/ocsp/response.ts';
import { must } from '../../../../shared/result.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { runRound } from '../../../../signer/schedule.ts';
import { storedAnswers } from '../../../support/stored-answers.ts';
import {
  insertCertificates,
  type PublisherUnderTest,
  startPublisher,
} from '../publisher/publisher-under-test.ts';
import { withResponderKeysInMemory } from './responder-keys-in-memory.ts';

const HOUR = 3_600;
const DAY = 86_400;
const STEP = 20 * HOUR;
const STEPS = 480;

/** What is on record at one moment, after the schedule has done its round. */
interface Moment {
  readonly now: number;
  readonly failed: unknown;
  /** Windows of all responses that are on record. */
  readonly responses: readonly { readonly thisUpdate: number; readonly nextUpdate: number }[];
  /** Responses whose responder ends before they do. */
  readonly orphans: number;
  readonly unanswered: number;
  readonly crls: readonly { readonly thisUpdate: number; readonly nextUpdate: number }[];
  readonly responders: number;
  readonly crlCount: number;
}

const CRLS = `SELECT this_update AS thisUpdate, next_update AS nextUpdate FROM crl c
  WHERE crl_number = (SELECT max(crl_number) FROM crl l WHERE l.authority_id = c.authority_id)`;

function momentOf(test: PublisherUnderTest, now: number, failed: unknown): Moment {
  const { db } = test.context;
  const windows = (sql: string) =>
    db.all(sql).map((row) => ({
      thisUpdate: Number(row['thisUpdate']),
      nextUpdate: Number(row['nextUpdate']),
    }));
  const n = (sql: string) => Number(db.get(sql)?.['n']);
  const answers = storedAnswers(db);
  const answered = new Set(answers.map(({ serial }) => serial));
  const issued = db
    .all("SELECT lower(hex(serial)) AS serial FROM certificate WHERE state = 'issued'")
    .map((row) => String(row['serial']));
  return {
    now,
    failed,
    responses: answers.map(({ batch }) => batch),
    orphans: answers.filter(({ batch }) => batch.nextUpdate > endOf(batch.responder)).length,
    unanswered: issued.filter((serial) => !answered.has(serial)).length,
    crls: windows(CRLS),
    responders: n('SELECT count(*) AS n FROM responder'),
    crlCount: n('SELECT count(*) AS n FROM crl'),
  };
}

/** As its certificate says. */
function endOf({ certificate }: Responder): number {
  return Date.parse(new X509Certificate(certificate ?? '').validTo) / 1000;
}

/** RSP-9 in its own words: the last moment at which a response of this window may still stand. */
function deadline({ thisUpdate, nextUpdate }: Moment['responses'][number]): number {
  const validity = nextUpdate - thisUpdate;
  if (validity < 16 * HOUR) return thisUpdate + validity / 2;
  return Math.min(nextUpdate - 8 * HOUR, thisUpdate + 4 * DAY);
}

describe('400 days of the schedule, a round every 20 hours', () => {
  let test: PublisherUnderTest;
  const moments: Moment[] = [];

  beforeAll(async () => {
    // Heads are not what is looked at: they are renewed with changes alone.
    test = await startPublisher(500 * DAY);
    const [revoked = ''] = insertCertificates(test, 3);
    const input = { serialNumber: revoked, reason: 'cessationOfOperation' } as const;
    must(revokeCertificate(test.context, input, 'test'), 'revoke');
    const keys = await withResponderKeysInMemory(test);
    const start = test.context.clock();
    for (let step = 0; step <= STEPS; step++) {
      const now = test.setClock(start + step * STEP);
      const failed = await runRound(keys.context, test.publisher);
      moments.push(momentOf(test, now, failed));
    }
    await keys.close();
  }, 120_000);
  afterAll(() => test.close());

  const outside = (is: (moment: Moment) => boolean) => moments.filter((moment) => !is(moment));

  it('RSP-9: every round is done without a failure', () => {
    expect(outside(({ failed }) => failed === null)).toEqual([]);
  });

  it('RSP-9: at every step each response is younger than 4 days and ends more than 8 hours later', () => {
    expect(
      outside(({ now, responses }) => responses.every((window) => now <= deadline(window))),
    ).toEqual([]);
  });

  it('RSP-8: each response is valid for 8 hours to 10 days less a second', () => {
    const lengths = moments.flatMap(({ responses }) =>
      responses.map(({ thisUpdate, nextUpdate }) => nextUpdate - thisUpdate),
    );
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(8 * HOUR);
    expect(Math.max(...lengths)).toBeLessThan(10 * DAY);
  });

  it('RSP-21: no response ever outlives its responder', () => {
    expect(outside(({ orphans }) => orphans === 0)).toEqual([]);
  });

  it('RSP-36: responders follow each other before the last one ends, each with 30 days or so', () => {
    const last = moments.at(-1)?.responders ?? 0;
    // Two CAs; a responder of 45 days signs on until 14 days are left: 31 days, 400 days, 13 each.
    expect(last).toBeGreaterThanOrEqual(2 * 13);
    expect(last).toBeLessThanOrEqual(2 * 15);
  });

  it('CP 4.9.10: every issued certificate, responders included, has a response at every step', () => {
    expect(outside(({ unanswered }) => unanswered === 0)).toEqual([]);
  });

  it('CRL-6: at every step each CA has a CRL that is valid now and younger than 364 days', () => {
    const fresh = ({ now, crls }: Moment) =>
      crls.every((crl) => now < crl.nextUpdate && now - crl.thisUpdate < 364 * DAY);
    expect(outside((moment) => moment.crls.length === 2 && fresh(moment))).toEqual([]);
  });

  it('CRL-4: no CRL is valid for more than 364 days', () => {
    const lengths = moments.flatMap(({ crls }) => crls.map((c) => c.nextUpdate - c.thisUpdate));
    expect(Math.max(...lengths)).toBe(364 * DAY);
  });
});
