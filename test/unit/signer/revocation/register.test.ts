import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { addSeconds, isoText, unixSeconds } from '../../../../shared/time.ts';
import { GROUND_NAMES, GROUNDS } from '../../../../signer/revocation/grounds.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { refusalOf, type SignerUnderTest, startHierarchy } from '../issuance/signer-under-test.ts';
import {
  create,
  created,
  type Differences,
  goodCertificate,
  revocationOf,
  view,
} from './register-under-test.ts';

const DAY = 86_400;

let test: SignerUnderTest;

beforeAll(async () => {
  test = await startHierarchy();
}, 60_000);
afterAll(() => test.close());

const now = () => test.context.clock();

describe('a request that is recorded', () => {
  it('CP 3.4: it keeps who asked, how, how that was verified, when, what for, and who wrote it down', () => {
    const serialNumber = goodCertificate(test);
    const receivedAt = now();
    test.setClock(now() + 600);
    const number = created(test, { serialNumber, receivedAt, evidence: 'folder 12' });
    expect(view(test, number)).toMatchObject({
      number,
      state: 'received',
      origin: 'request',
      serialNumber,
      reason: 'superseded',
      ground: 'subscriber-request',
      requestedBy: 'T. Sato, Example KK',
      channel: 'post',
      verification: 'called back at the number on file',
      description: 'replaced by a new certificate',
      evidence: 'folder 12',
      receivedAt: isoText(receivedAt),
      recordedAt: isoText(now()),
      recordedBy: 'alice',
      allowed: ['investigate', 'approve', 'cancel', 'note'],
      publication: null,
    });
    expect(revocationOf(test, serialNumber)).toBeUndefined();
  });

  it('OPS-1: its deadlines run from its receipt', () => {
    const serialNumber = goodCertificate(test);
    const receivedAt = now();
    test.setClock(now() + 36_000);
    const { deadlines } = view(test, created(test, { serialNumber, receivedAt, ground: 'misuse' }));
    expect(deadlines.map(({ duty, due, hoursLeft }) => [duty, due, hoursLeft])).toEqual([
      ['investigate', isoText(addSeconds(receivedAt, DAY)), 14],
      ['revoke-should', isoText(addSeconds(receivedAt, DAY)), 14],
      ['revoke', isoText(addSeconds(receivedAt, 5 * DAY)), 110],
    ]);
  });
});

describe('a request that is refused', () => {
  it.each([
    ['CP 4.9.3', 'received in the future', () => ({ receivedAt: addSeconds(now(), 1) })],
    ['CP 4.9.3', 'received before its certificate', () => ({ receivedAt: unixSeconds(1) })],
    ['CP 4.9.3', 'for nothing', () => ({ serialNumber: undefined })],
    ['CP 4.9.3', 'for two things', () => ({ serialNumber: '01', allOf: 'time-stamping-ca' })],
    ['CP 4.9.4', 'wished for before it came', () => ({ wantedAt: addSeconds(now(), -1) })],
    [
      'CP 4.9.4',
      'to revoke a compromised key later',
      () => ({ reason: 'keyCompromise', wantedAt: addSeconds(now(), DAY) }),
    ],
    [
      'OPS-1',
      'wished for after its deadline',
      () => ({ ground: 'misuse', wantedAt: addSeconds(now(), 5 * DAY + 1) }),
    ],
  ])('%s: a request %s is refused', (check, _what, differences) => {
    const serialNumber = goodCertificate(test);
    const refused = create(test, { serialNumber, ...(differences() as Differences) });
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'revocation-request-refused', check },
    });
  });

  it('OPS-1: wished for on its last day it is accepted', () => {
    const wantedAt = addSeconds(now(), 5 * DAY);
    expect(refusalOf(create(test, { ground: 'misuse', wantedAt }))).toBe('accepted');
  });

  it.each(GROUND_NAMES)('CRL-13: the ground %s goes only with a reason that is true', (ground) => {
    const superseded = refusalOf(create(test, { ground, reason: 'superseded' }));
    const refused = 'revocation-request-refused CRL-13';
    expect(superseded).toBe(GROUNDS[ground].compromise ? refused : 'accepted');
    expect(refusalOf(create(test, { ground, reason: 'keyCompromise' }))).toBe('accepted');
  });

  it('CSBR 4.9.6: the date that execution would refuse is refused at once', () => {
    const dated = (seconds: number, reason: 'keyCompromise' | 'superseded') =>
      refusalOf(create(test, { reason, revocationDate: addSeconds(now(), seconds) }));
    expect(dated(1, 'keyCompromise')).toBe('revocation-date-refused');
    expect(dated(-1, 'keyCompromise')).toBe('revocation-date-refused');
    expect(dated(-1, 'superseded')).toBe('revocation-date-refused');
    expect(dated(0, 'keyCompromise')).toBe('accepted');
  });

  it('CP 4.9.13: a certificate that is revoked, or was never issued, is refused', () => {
    const serialNumber = goodCertificate(test);
    must(revokeCertificate(test.context, { serialNumber, reason: 'superseded' }, 'x'), 'revoke');
    expect(refusalOf(create(test, { serialNumber }))).toBe('already-revoked');
    expect(refusalOf(create(test, { serialNumber: '01abcdef' }))).toBe('certificate-unknown');
    expect(refusalOf(create(test, { allOf: 'nobody' }))).toBe('authority-unknown');
  });
});

describe('notice of a planned revocation', () => {
  it('CP 4.9.4: five business days are kept or too short, and the request is accepted either way', () => {
    // NOW of the tests is in November 2026; 30 business days ahead is far enough, a day is not.
    const far = view(test, created(test, { wantedAt: addSeconds(now(), 42 * DAY) }));
    expect(far.notice).toMatchObject({ businessDays: 5, kept: true });
    const near = view(test, created(test, { wantedAt: addSeconds(now(), DAY) }));
    expect(near.notice).toMatchObject({ kept: false });
    expect(view(test, created(test)).notice).toBeNull();
  });
});
