import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { addSeconds } from '../../../../shared/time.ts';
import { newestResponder } from '../../../../signer/database/responder-table.ts';
import { createAuthority } from '../../../../signer/issuance/create-authority.ts';
import { authorityThatSigns } from '../../../../signer/issuance/issuer.ts';
import { carryOnRequests } from '../../../../signer/revocation/execute-request.ts';
import {
  KEYSTORE,
  refusalOf,
  type SignerUnderTest,
  startHierarchy,
} from '../issuance/signer-under-test.ts';
import { insertCertificates } from '../publisher/publisher-under-test.ts';
import { approved, created, revocations, step, stopAt, view } from './register-under-test.ts';

const ROOT = 'root-ca3';
const DAY = 86_400;

let test: SignerUnderTest;
/** A sub-CA of the root for each test, since each ends one. */
let subCA = '';
let made = 0;
let expiredLeft = 0;
let before: ReadonlySet<string>;

beforeAll(async () => {
  test = await startHierarchy();
}, 60_000);
afterAll(() => test.close());

beforeEach(async () => {
  const { policy } = test.context;
  const like = policy.authorities.get('time-stamping-ca');
  if (!like) throw new Error('no time-stamping-ca in the policy');
  made += 1;
  subCA = `sub-ca-${made}`;
  (policy.authorities as Map<string, typeof like>).set(subCA, like);
  const input = { authority: subCA, keystore: KEYSTORE, actor: 'test' };
  must(await createAuthority(test.context, input), subCA);
  before = new Set(revocations(test).map(({ serialNumber }) => serialNumber));
});

const CEASE = { reason: 'cessationOfOperation', ground: 'service-ended' } as const;
const COMPROMISE = { reason: 'keyCompromise', ground: 'key-compromise' } as const;

function ownSerial(name: string): string {
  const row = test.context.db.get(
    `SELECT lower(hex(c.serial)) AS serial FROM certificate c JOIN authority a ON a.certificate = c.der
     WHERE a.name = ?`,
    name,
  );
  return String(row?.['serial']);
}

/** What was revoked since the test began. */
const newRevocations = () =>
  revocations(test).filter(({ serialNumber }) => !before.has(serialNumber));
const reasons = () => new Map(newRevocations().map((row) => [row.serialNumber, row.reason]));

describe('a whole authority that is ended', () => {
  it('CP 4.9.1: its own certificate and every valid one below it are revoked, and it issues no more', async () => {
    await test.settle(subCA);
    const below = insertCertificates(test, 250, subCA);
    const responder = newestResponder(test.context.db, test.authority(subCA).row.id);
    const number = await approved(test, { allOf: subCA, ...CEASE });
    expect(view(test, number)).toMatchObject({ kind: 'sub-ca', target: 'authority', below: 250 });
    must(await step(test, number, 'execute'), 'execute');
    const expected = [[ownSerial(subCA), 5], ...below.map((serial) => [serial, 5])];
    expect([...reasons()].sort()).toEqual(expected.sort());
    expect(newRevocations().every(({ request }) => request === number)).toBe(true);
    expect(view(test, number)).toMatchObject({ state: 'executed', revoked: 251, below: 0 });
    const now = test.context.clock();
    expect(refusalOf(authorityThatSigns(test.context, subCA, now))).toBe('authority-revoked');
    expect(refusalOf(authorityThatSigns(test.context, ROOT, now))).toBe('accepted');
    // RSP-16: its responder goes on telling what is revoked.
    expect(newestResponder(test.context.db, test.authority(subCA).row.id)).toEqual(responder);
  });

  it('CRL-13: after a compromise it alone is keyCompromise; the keys below are not compromised', async () => {
    const [below = ''] = insertCertificates(test, 1, subCA);
    const revocationDate = test.context.clock();
    test.setClock(revocationDate + 60);
    const number = await approved(test, { allOf: subCA, ...COMPROMISE, revocationDate });
    must(await step(test, number, 'execute'), 'execute');
    expect([...reasons()].sort()).toEqual(
      [
        [ownSerial(subCA), 1],
        [below, 5],
      ].sort(),
    );
    const dates = newRevocations().map((row) => row.revocationDate);
    expect(dates.sort()).toEqual([revocationDate, revocationDate + 60]);
  });
});

describe('what the end of an authority leaves, and when it comes', () => {
  it('CP 4.9.1: what has expired is left as it is', async () => {
    const [expired = ''] = insertCertificates(test, 1, subCA);
    test.setClock(test.context.clock() + 366 * DAY);
    const [valid = ''] = insertCertificates(test, 1, subCA);
    const number = await approved(test, { allOf: subCA, ...CEASE });
    must(await step(test, number, 'execute'), 'execute');
    expiredLeft += 1;
    expect(reasons().has(expired)).toBe(false);
    expect(reasons().has(valid)).toBe(true);
  });

  it('CP 4.9.4: on the day that was planned it is ended without asking again', async () => {
    const [below = ''] = insertCertificates(test, 1, subCA);
    const wantedAt = addSeconds(test.context.clock(), 10 * DAY);
    const number = await approved(test, { allOf: subCA, ...CEASE, wantedAt });
    must(await step(test, number, 'execute'), 'execute');
    expect(reasons().size).toBe(0);
    test.setClock(wantedAt);
    expect(await carryOnRequests(test.context)).toBeNull();
    expect([...reasons().keys()].sort()).toEqual([ownSerial(subCA), below].sort());
  });
});

describe('an end that is interrupted', () => {
  it.each([
    ['revocation request: recorded', 1],
    ['end authority: page recorded', 201],
  ] as const)(
    'CP 4.9.13: stopped at "%s" it cannot be cancelled and is carried on',
    async (place, done) => {
      insertCertificates(test, 250, subCA);
      const number = await approved(test, { allOf: subCA, ...CEASE });
      await expect(step(stopAt(test, place), number, 'execute')).rejects.toThrow('stopped');
      expect(reasons().size).toBe(done);
      expect(view(test, number)).toMatchObject({
        state: 'executing',
        allowed: ['execute', 'note'],
      });
      const cancelled = await step(test, number, 'cancel', undefined, { note: 'x' });
      expect(refusalOf(cancelled)).toBe('revocation-step-refused');
      expect(await carryOnRequests(test.context)).toBeNull();
      expect(reasons().size).toBe(251);
      expect(view(test, number)).toMatchObject({ state: 'executed', revoked: 251 });
    },
  );

  it('CP 4.9.13: the operator may carry it on as well', async () => {
    insertCertificates(test, 3, subCA);
    const number = await approved(test, { allOf: subCA, ...CEASE });
    const stopped = stopAt(test, 'revocation request: recorded');
    await expect(step(stopped, number, 'execute')).rejects.toThrow('stopped');
    must(await step(test, number, 'execute'), 'execute again');
    expect(view(test, number)).toMatchObject({ state: 'executed', revoked: 4 });
  });

  it('CP 4.9.1: a certificate that was being made when it began is revoked too', async () => {
    const [late = ''] = insertCertificates(test, 1, subCA);
    const { db } = test.context;
    const put = (state: string, der: string) =>
      db.transaction((tx) =>
        tx.run(`UPDATE certificate SET state = ?, der = ${der} WHERE serial = x'${late}'`, state),
      );
    put('reserved', 'NULL');
    const number = await approved(test, { allOf: subCA, ...CEASE });
    must(await step(test, number, 'execute'), 'execute');
    expect(view(test, number).state).toBe('executing');
    put('issued', "x'3000'");
    expect(await carryOnRequests(test.context)).toBeNull();
    expect(reasons().has(late)).toBe(true);
    expect(view(test, number).state).toBe('executed');
  });
});

describe('the certificate of a CA alone', () => {
  it('CP 4.9.1: the certificates below stay as they are, and the request says how many', async () => {
    insertCertificates(test, 2, subCA);
    const number = created(test, { serialNumber: ownSerial(subCA), ...COMPROMISE });
    expect(view(test, number)).toMatchObject({ kind: 'sub-ca', target: 'certificate', below: 2 });
    expect(view(test, number).deadlines.find(({ duty }) => duty === 'revoke')).toMatchObject({
      hoursLeft: 168,
    });
    must(await step(test, number, 'approve'), 'approve');
    must(await step(test, number, 'execute'), 'execute');
    expect([...reasons().keys()]).toEqual([ownSerial(subCA)]);
  });

  it('CP 4.9.1: an authority whose certificate is revoked already can still be ended', async () => {
    const [below = ''] = insertCertificates(test, 1, subCA);
    const alone = await approved(test, { serialNumber: ownSerial(subCA), ...COMPROMISE });
    must(await step(test, alone, 'execute'), 'execute');
    const all = await approved(test, { allOf: subCA, ...CEASE });
    must(await step(test, all, 'execute'), 'execute');
    expect([...reasons()].sort()).toEqual(
      [
        [ownSerial(subCA), 1],
        [below, 5],
      ].sort(),
    );
  });

  it('RSP-36: the request for a responder says that it is one', async () => {
    await test.settle(subCA);
    const responder = newestResponder(test.context.db, test.authority(subCA).row.id);
    const row = test.context.db.get(
      'SELECT lower(hex(serial)) AS serial FROM certificate WHERE id = ?',
      responder?.certificateId ?? 0,
    );
    const number = created(test, { serialNumber: String(row?.['serial']), ...COMPROMISE });
    expect(view(test, number)).toMatchObject({ kind: 'responder', below: null });
  });
});

// Last, since nothing issues after it.
describe('a root that is ended', () => {
  it('CP 4.9.1: with a root go the authorities below it and what they issued', async () => {
    const [below = ''] = insertCertificates(test, 1, subCA);
    const number = await approved(test, { allOf: ROOT, ...CEASE });
    const { kind, below: announced } = view(test, number);
    must(await step(test, number, 'execute'), 'execute');
    const revoked = [...reasons().keys()];
    expect(revoked).toEqual(expect.arrayContaining([ownSerial(ROOT), ownSerial(subCA), below]));
    // Those that it announced, and its own.
    expect([kind, revoked.length]).toEqual(['root', (announced ?? 0) + 1]);
    const left = `SELECT count(*) AS n FROM certificate c WHERE c.state = 'issued'
      AND c.id NOT IN (SELECT certificate_id FROM revocation) AND c.profile <> 'ocsp-responder'`;
    expect(test.context.db.get(left)).toEqual({ n: expiredLeft });
    const now = test.context.clock();
    for (const name of [ROOT, subCA])
      expect(refusalOf(authorityThatSigns(test.context, name, now))).toBe('authority-revoked');
  });
});
