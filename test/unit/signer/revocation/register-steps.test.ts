import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { addSeconds, isoText, unixSeconds } from '../../../../shared/time.ts';
import { carryOnRequests } from '../../../../signer/revocation/execute-request.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { refusalOf, type SignerUnderTest, startHierarchy } from '../issuance/signer-under-test.ts';
import {
  ALICE,
  approved,
  BOB,
  created,
  goodCertificate,
  revocationOf,
  step,
  stopAt,
  view,
} from './register-under-test.ts';

const DAY = 86_400;

let test: SignerUnderTest;

beforeAll(async () => {
  test = await startHierarchy();
}, 60_000);
afterAll(() => test.close());

const now = () => test.context.clock();

describe('the way of a request', () => {
  it('OPS-2: an investigation begins, an approval follows, and each is recorded with its person', async () => {
    const number = created(test);
    must(await step(test, number, 'investigate', ALICE, { note: 'asked Example KK' }), 'begin');
    test.setClock(now() + 60);
    must(await step(test, number, 'approve'), 'approve');
    const { events, state, deadlines } = view(test, number);
    expect(state).toBe('approved');
    expect(events.map(({ step: name, person, note }) => [name, person, note])).toEqual([
      ['investigate', 'alice', 'asked Example KK'],
      ['approve', 'bob', null],
    ]);
    expect(deadlines[0]).toMatchObject({
      duty: 'investigate',
      met: isoText(unixSeconds(now() - 60)),
    });
  });

  it('CP 3.4: who recorded a request does not approve it, neither by name nor by key', async () => {
    const number = created(test);
    for (const actor of [ALICE, { ...ALICE, name: 'bob' }, { ...ALICE, spkiSha256: 'cc' }])
      expect(refusalOf(await step(test, number, 'approve', actor))).toBe('second-person-needed');
    expect(view(test, number).state).toBe('received');
    expect(refusalOf(await step(test, number, 'approve', BOB))).toBe('accepted');
  });

  it('CP 3.4: without a verification nothing is approved', async () => {
    const serialNumber = goodCertificate(test);
    const number = created(test, { serialNumber, verification: undefined } as object);
    expect(refusalOf(await step(test, number, 'approve'))).toBe(
      'revocation-request-refused CP 3.4',
    );
    must(await step(test, number, 'approve', BOB, { verification: 'in person' }), 'approve');
    expect(view(test, number).verification).toBe('in person');
  });
});

describe('the execution of a request', () => {
  it('CP 4.9.5: executed it revokes the certificate, with the request that it came from', async () => {
    const serialNumber = goodCertificate(test);
    const number = await approved(test, { serialNumber });
    test.setClock(now() + 60);
    must(await step(test, number, 'execute', ALICE), 'execute');
    expect(revocationOf(test, serialNumber)).toEqual({
      serialNumber,
      reason: 4,
      revocationDate: now(),
      recordedBy: 'alice',
      request: number,
    });
    expect(view(test, number)).toMatchObject({
      state: 'executed',
      revoked: 1,
      allowed: ['note'],
      publication: { state: 'due' },
    });
  });

  it('CSBR 4.9.6: a compromise is revoked as of the date that was recorded', async () => {
    const serialNumber = goodCertificate(test);
    const revocationDate = now();
    test.setClock(now() + 3_600);
    const asked = { reason: 'keyCompromise', ground: 'key-compromise', revocationDate } as const;
    const number = await approved(test, { serialNumber, ...asked });
    must(await step(test, number, 'execute'), 'execute');
    expect(revocationOf(test, serialNumber)).toMatchObject({ reason: 1, revocationDate });
  });

  it('CP 4.9.5: to execute once more changes nothing', async () => {
    const number = await approved(test);
    must(await step(test, number, 'execute'), 'execute');
    const before = view(test, number);
    must(await step(test, number, 'execute'), 'execute again');
    expect(view(test, number)).toEqual(before);
  });
});

describe('steps that are refused', () => {
  it.each([
    ['received', ['execute']],
    ['investigating', ['investigate', 'execute']],
    ['approved', ['investigate', 'approve']],
    ['executed', ['investigate', 'approve', 'cancel']],
    ['cancelled', ['investigate', 'approve', 'execute', 'cancel']],
  ] as const)(
    'CP 4.9.13: what is %s refuses %j and says what is allowed',
    async (state, refused) => {
      const way = {
        received: [],
        investigating: ['investigate'],
        approved: ['approve'],
        executed: ['approve', 'execute'],
        cancelled: ['cancel'],
      } as const;
      const number = created(test);
      for (const name of way[state]) must(await step(test, number, name, BOB, { note: 'x' }), name);
      const before = view(test, number);
      for (const asked of refused) {
        expect(await step(test, number, asked, BOB, { note: 'x' })).toMatchObject({
          ok: false,
          error: { code: 'revocation-step-refused', state, asked, allowed: before.allowed },
        });
      }
      expect(view(test, number)).toEqual(before);
      must(await step(test, number, 'note', BOB, { note: 'a note is always allowed' }), 'note');
    },
  );

  it('CP 4.9.3: a number that is not in the register is not known', async () => {
    expect(refusalOf(await step(test, 99_999, 'approve'))).toBe('revocation-request-unknown');
  });
});

describe('a revocation in an emergency', () => {
  it('CP 4.9.3: it is in the register, marked as one, in the same transaction', () => {
    const serialNumber = goodCertificate(test);
    const input = { serialNumber, reason: 'keyCompromise', description: 'key published' } as const;
    const { request } = must(revokeCertificate(test.context, input, 'carol'), 'revoke');
    expect(view(test, request)).toMatchObject({
      origin: 'emergency',
      state: 'executed',
      serialNumber,
      reason: 'keyCompromise',
      requestedBy: 'carol',
      channel: 'direct',
      description: 'key published',
      revoked: 1,
    });
    expect(revocationOf(test, serialNumber)?.request).toBe(request);
  });

  it('CP 4.9.3: other requests for the certificate are closed with it and name it', async () => {
    const serialNumber = goodCertificate(test);
    const waiting = [created(test, { serialNumber }), await approved(test, { serialNumber })];
    const input = { serialNumber, reason: 'keyCompromise' } as const;
    const { request } = must(revokeCertificate(test.context, input, 'carol'), 'revoke');
    for (const number of waiting) {
      const { state, events } = view(test, number);
      expect(state).toBe('cancelled');
      expect(events.at(-1)).toMatchObject({ person: null, note: `revoked by request ${request}` });
    }
  });
});

describe('a planned revocation', () => {
  it('CP 4.9.4: it is scheduled by the command, and carried out when its time has come, once', async () => {
    const serialNumber = goodCertificate(test);
    const wantedAt = addSeconds(now(), 10 * DAY);
    const number = await approved(test, { serialNumber, wantedAt });
    must(await step(test, number, 'execute'), 'execute');
    expect(view(test, number)).toMatchObject({ state: 'scheduled', allowed: ['cancel', 'note'] });
    test.setClock(wantedAt - 1);
    expect(await carryOnRequests(test.context)).toBeNull();
    expect(revocationOf(test, serialNumber)).toBeUndefined();
    test.setClock(wantedAt);
    expect(await carryOnRequests(test.context)).toBeNull();
    const revoked = revocationOf(test, serialNumber);
    expect(revoked).toMatchObject({ revocationDate: wantedAt, recordedBy: 'bob', request: number });
    test.setClock(wantedAt + DAY);
    expect(await carryOnRequests(test.context)).toBeNull();
    expect(revocationOf(test, serialNumber)).toEqual(revoked);
    expect(view(test, number).state).toBe('executed');
  });

  it('CP 4.9.4: until then it can be cancelled, and is not carried out', async () => {
    const serialNumber = goodCertificate(test);
    const number = await approved(test, { serialNumber, wantedAt: addSeconds(now(), DAY) });
    must(await step(test, number, 'execute'), 'execute');
    must(await step(test, number, 'cancel', BOB, { note: 'withdrawn' }), 'cancel');
    test.setClock(now() + 2 * DAY);
    expect(await carryOnRequests(test.context)).toBeNull();
    expect(revocationOf(test, serialNumber)).toBeUndefined();
  });
});

describe('stopped between two writes', () => {
  it('CP 5.4: audited and not recorded, nothing is revoked and the command works again', async () => {
    const serialNumber = goodCertificate(test);
    const number = await approved(test, { serialNumber });
    const stopped = stopAt(test, 'revocation request: audited');
    await expect(step(stopped, number, 'execute')).rejects.toThrow('stopped');
    expect(revocationOf(test, serialNumber)).toBeUndefined();
    expect(view(test, number).state).toBe('approved');
    must(await step(test, number, 'execute'), 'execute again');
    expect(revocationOf(test, serialNumber)?.request).toBe(number);
  });

  it('CP 4.9.13: recorded, the revocation and its step are both there', async () => {
    const serialNumber = goodCertificate(test);
    const number = await approved(test, { serialNumber });
    const stopped = stopAt(test, 'revocation request: recorded');
    await expect(step(stopped, number, 'execute')).rejects.toThrow('stopped');
    expect(revocationOf(test, serialNumber)?.request).toBe(number);
    expect(view(test, number).state).toBe('executed');
    expect(refusalOf(await step(test, number, 'execute'))).toBe('accepted');
  });
});
