import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must, ok } from '../../../../shared/result.ts';
import { isoText, unixSeconds } from '../../../../shared/time.ts';
import { exportCeremony } from '../../../../signer/ceremony/export-ceremony.ts';
import { cancelCeremony } from '../../../../signer/ceremony/pending.ts';
import { listUncertifiedKeys } from '../../../../signer/database/responder-key-table.ts';
import { newestResponder, respondersOf } from '../../../../signer/database/responder-table.ts';
import { countWaiting } from '../../../../signer/database/withdrawal-table.ts';
import { certificateValidity } from '../../../../signer/issuance/issuer.ts';
import { ensureResponder, rotateWhenDue } from '../../../../signer/ocsp/responder.ts';
import { withdrawOverdue } from '../../../../signer/ocsp/withdraw-overdue.ts';
import { responderOperations } from '../../../../signer/operations/responder-operations.ts';
import { renewResponses } from '../../../../signer/presigning/renew.ts';
import { checkPolicy } from '../../../../signer/setup/check-policy.ts';
import { describeWithOpenSSL } from '../../../support/openssl.ts';
import {
  ALICE,
  type CeremonyUnderTest,
  codeOf,
  DAY,
  SUB_CA,
  startWithRoot,
} from './ceremony-under-test.ts';
import { duties, gate, listed, PASSES, revoke, root, serialOf, told } from './offline-facts.ts';

/** root-ca3.json: validitySeconds of its responses. */
const RESPONSE = 7 * DAY;

let test: CeremonyUnderTest;

afterAll(() => test.close());

function newest() {
  const row = newestResponder(test.context.db, root(test).row.id);
  if (!row) throw new Error('no responder');
  return { ...row, ...certificateValidity(row.certificate) };
}

/** A third of its life, 30 days at most, and not less than two responses. */
function leadOf({ notBefore, notAfter }: ReturnType<typeof newest>): number {
  return Math.max(2 * RESPONSE - 1, Math.min(30 * DAY, Math.floor((notAfter - notBefore) / 3)));
}

function operations() {
  return responderOperations({
    context: test.context,
    authorityNamed: () => ok(root(test).row),
    auditRefusal: () => undefined,
    bringOut: () => Promise.reject(new Error('nothing to publish')),
  });
}

describe('the responder of an offline authority', () => {
  beforeAll(async () => {
    test = await startWithRoot();
    await test.hold({ subordinate: SUB_CA });
  }, 60_000);

  it('RSP-36: neither schedule nor command makes one beside the network', async () => {
    test.setClock(newest().notAfter - 60);
    const now = unixSeconds(test.now());
    expect(await rotateWhenDue(test.context, root(test), now)).toEqual(ok('not-due'));
    expect(await ensureResponder(test.context, root(test), now)).toEqual(ok(null));
    const actor = { name: 'alice', spkiSha256: '' };
    const rotated = await operations().rotateResponder({ authority: 'root-ca3' }, actor);
    expect(codeOf(rotated)).toBe('custody-offline');
    expect(respondersOf(test.context.db, root(test).row.id)).toHaveLength(1);
    test.setClock(newest().notBefore + 60);
  });

  it('RSP-36: status counts down from well before its end to the first response cut short', async () => {
    const { notAfter } = newest();
    const from = notAfter - leadOf(newest());
    const shown = must(await operations().showResponder('root-ca3'), 'responder');
    expect(shown.rotatesAt).toBe(isoText(unixSeconds(from)));
    test.setClock(from - 1);
    expect(duties(test, 'responder')).toEqual([]);
    expect((await test.request()).items.map(({ kind }) => kind)).toEqual(['crl']);
    test.setClock(from);
    const due = isoText(unixSeconds(notAfter - RESPONSE));
    expect(duties(test, 'responder')).toMatchObject([{ due, alarm: false, count: 1 }]);
    test.setClock(notAfter - RESPONSE);
    expect(duties(test, 'responder')).toMatchObject([{ due, alarm: true, minutesLeft: 0 }]);
    test.setClock(from);
  });

  it('RSP-36: a key that stopped before any bundle is taken up; one that a bundle carried never is', async () => {
    const stopped = {
      ...test.context,
      checkpoint: (place: string) => {
        if (place === 'ceremony: number taken') throw new Error('stopped');
      },
    };
    const asked = { authority: 'root-ca3', reason: 'test' };
    await expect(exportCeremony(stopped, asked, ALICE)).rejects.toThrow('stopped');
    const [left] = listUncertifiedKeys(test.context.db);
    expect(left).toMatchObject({ state: 'pending' });
    const { id } = await test.request();
    expect(listUncertifiedKeys(test.context.db)).toEqual([left]);
    must(cancelCeremony(test.context, id, 'alice', unixSeconds(test.now())), 'cancel');
    await test.request();
    const keys = listUncertifiedKeys(test.context.db);
    expect(keys).toHaveLength(2);
    expect(keys).toContainEqual({ ...left, state: 'unusable' });
    expect(keys.find(({ state }) => state === 'pending')?.keyLabel).not.toBe(left?.keyLabel);
  });

  it('RSP-36: the ceremony brings the next one, which signs from then on, and the countdown is over', async () => {
    const before = newest();
    await test.hold();
    const after = newest();
    expect(after.keyLabel).not.toBe(before.keyLabel);
    expect(listUncertifiedKeys(test.context.db).map(({ state }) => state)).toEqual([
      'unusable',
      'unusable',
    ]);
    expect(duties(test, 'responder')).toEqual([]);
    expect(gate(test)).toEqual(PASSES);
  });
});

describeWithOpenSSL('an offline authority whose responder has ended', () => {
  let sub = '';

  beforeAll(async () => {
    sub = serialOf(test, SUB_CA);
    revoke(test, sub);
    const request = await test.request({ validDays: 90 });
    const answer = must(await test.sign(test.bundle(request)), 'sign').text;
    // 8 hours less a second before its end it signs nothing more (RSP-8, RSP-21).
    test.setClock(newest().notAfter - 28_799);
    must(await test.import(answer), 'import');
    await test.settle();
  }, 60_000);

  it('CP 4.9.8: the CRL of a ceremony goes out alone, and OCSP takes back what it tells', () => {
    expect(listed(test)).toContain(sub);
    expect(told(test, sub)).toBe('nothing');
    expect(gate(test)).toEqual(PASSES);
    expect(duties(test, 'revocation', 'issuance')).toEqual([]);
    expect(duties(test, 'responder')).toMatchObject([{ alarm: true }]);
  });

  it('RSP-16: with the next ceremony OCSP tells it again', async () => {
    expect(countWaiting(test.context.db)).toBe(1);
    await test.hold();
    expect(told(test, sub)).toBe('revoked');
    expect(countWaiting(test.context.db)).toBe(0);
    expect(gate(test)).toEqual(PASSES);
  });
});

describeWithOpenSSL('an offline authority whose responder is revoked', () => {
  let responder = '';
  const sub = () => serialOf(test, SUB_CA);

  beforeAll(async () => {
    must(await renewResponses(test.context, root(test)), 'renewal');
    responder = serialOf(test, 'ocsp-responder');
    revoke(test, responder);
  });

  it('CP 4.9.10: what it signed is taken back at once, and status counts down the 24 hours', async () => {
    const now = unixSeconds(test.now());
    must(await withdrawOverdue(test.context, root(test), now), 'withdrawal');
    expect(
      [responder, sub(), serialOf(test, 'root-ca')].map((serial) => told(test, serial)),
    ).toEqual(['nothing', 'nothing', 'nothing']);
    const due = isoText(unixSeconds(now + DAY));
    expect(duties(test, 'revocation', 'responder')).toMatchObject([
      { why: 'revocation', due },
      { why: 'responder', due },
    ]);
  });

  it('RSP-24: the CRL does not tell it before the ceremony either, and the gate knows', () => {
    expect(listed(test)).toEqual([sub()]);
    expect(gate(test)).toEqual(PASSES);
  });

  it('CRL-18: the signer starts again meanwhile', () => {
    expect(codeOf(checkPolicy(test.context.policy, test.context.db))).toBe('accepted');
  });

  it('CP 4.9.10: the ceremony brings the next responder, and it answers for all of them', async () => {
    await test.hold();
    expect(listed(test)).toEqual(expect.arrayContaining([sub(), responder]));
    expect(
      [responder, sub(), serialOf(test, 'root-ca')].map((serial) => told(test, serial)),
    ).toEqual(['revoked', 'revoked', 'good']);
    expect(gate(test)).toEqual(PASSES);
    expect(duties(test, 'revocation', 'issuance', 'responder')).toEqual([]);
  });
});
