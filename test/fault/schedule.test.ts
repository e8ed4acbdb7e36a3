import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithOpenSSL } from '../support/openssl.ts';
import type { RunningCA } from '../support/running-ca.ts';
import {
  createHierarchy,
  expectEdgeAgrees,
  issue,
  killedOnSchedule,
  makeFaultCA,
  recover,
  revokeArguments,
  until,
  untilPublished,
} from './fault-ca.ts';
import { readAudit, type SignerState, withDatabase } from './signer-state.ts';

const DAY = 86_400;

/** Four days pass for the pre-signed responses: all of them are due (RSP-9). */
function ageResponses(ca: RunningCA): void {
  withDatabase(ca, (db) => {
    db.exec(`UPDATE ocsp_shard SET this_update = this_update - ${4 * DAY}`);
  });
}

/** Every responder ends in ten days: sooner than two more responses would (RSP-36). */
function ageResponders(ca: RunningCA): void {
  withDatabase(ca, (db) => {
    db.exec(`UPDATE responder SET not_after = unixepoch() + ${10 * DAY}`);
  });
}

interface Ages {
  readonly responders: number;
  /** Seconds since the oldest response was made. */
  readonly oldest: number;
}

function agesOf(ca: RunningCA): Ages {
  return withDatabase(ca, (db) => {
    const row = db
      .prepare(
        `SELECT (SELECT count(*) FROM responder) AS responders, unixepoch() - min(this_update) AS oldest
         FROM ocsp_shard`,
      )
      .get();
    return { responders: Number(row?.['responders']), oldest: Number(row?.['oldest']) };
  });
}

/** The same as `recover`, but not before the schedule found what is due and published it. */
function recoverWithEpoch(ca: RunningCA): Promise<SignerState> {
  const published = () =>
    readAudit(ca).lines.filter(({ type }) => type === 'epoch-published').length;
  const before = published();
  return recover(ca, () => until(() => expect(published()).toBeGreaterThan(before)));
}

describeWithOpenSSL('kill -9 while the schedule works', () => {
  let ca: RunningCA;

  beforeAll(async () => {
    ca = await makeFaultCA();
    const signer = await ca.startSigner();
    await createHierarchy(ca);
    await issue(ca, 'TSA 01');
    await ca.inkanJSON(...revokeArguments(await issue(ca, 'TSA 02'), 'superseded'));
    await untilPublished(ca);
    await signer.end();
  });
  afterAll(() => ca.close());

  it('RSP-9: killed at "renew: page stored" the renewed responses go out and the rest are renewed', async () => {
    ageResponses(ca);
    expect(agesOf(ca).oldest).toBeGreaterThan(3 * DAY);
    await killedOnSchedule(ca, 'renew: page stored');
    const state = await recoverWithEpoch(ca);
    expect(agesOf(ca).oldest).toBeLessThan(DAY);
    await expectEdgeAgrees(ca, state);
  });

  it.each([
    'responder: key generated',
    'certify: reserved',
    'certify: signed',
    'settle: statuses signed',
    'settle: stored',
  ])('RSP-36: killed at "%s" each CA has one new responder in the end', async (place) => {
    const before = agesOf(ca).responders;
    ageResponders(ca);
    await killedOnSchedule(ca, place);
    const state = await recoverWithEpoch(ca);
    expect(agesOf(ca).responders).toBe(before + 2);
    await expectEdgeAgrees(ca, state);
  });

  it('RSP-9: responses of old responders are replaced by those of the newest when they are due', async () => {
    const epochs = () =>
      readAudit(ca).lines.filter(({ type }) => type === 'epoch-published').length;
    ageResponses(ca);
    const before = epochs();
    const state = await recover(ca, () => until(() => expect(epochs()).toBeGreaterThan(before)));
    expect(agesOf(ca).oldest).toBeLessThan(DAY);
    await expectEdgeAgrees(ca, state);
  });
});
