import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RevocationRequestView } from '../../signer/operations/revocation-request-views.ts';
import { describeWithOpenSSL } from '../support/openssl.ts';
import type { RunningCA } from '../support/running-ca.ts';
import { makeSecondOperator, type SecondOperator } from '../support/second-operator.ts';
import {
  createHierarchy,
  expectEdgeAgrees,
  factOf,
  issue,
  killedAt,
  killedOnSchedule,
  makeFaultCA,
  recover,
  SUB_CA,
  until,
  untilPublished,
} from './fault-ca.ts';

/** Between any two writes of an execution, in their order, from where it counts. */
const AFTER_RECORDING = [
  'revocation request: recorded',
  'settle: stored',
  'epoch: promised',
  'publish: head written',
] as const;

const AUDITED = 'revocation request: audited';

let ca: RunningCA;
let second: SecondOperator;
const requests = new Map<string, { readonly serial: string; readonly number: number }>();

beforeAll(async () => {
  ca = await makeFaultCA();
  const signer = await ca.startSigner();
  await createHierarchy(ca);
  second = await makeSecondOperator(ca);
  for (const place of [AUDITED, ...AFTER_RECORDING]) {
    const serial = await issue(ca, place.replaceAll(':', ''));
    requests.set(place, { serial, number: await approvedRequest('--serial', serial) });
  }
  await untilPublished(ca);
  await signer.end();
});
afterAll(() => ca?.close());

async function approvedRequest(...target: readonly string[]): Promise<number> {
  const { number } = await ca.inkanJSON<RevocationRequestView>(
    ...['revocation', 'new', ...target, '--reason', 'cessationOfOperation', '--channel', 'ca'],
    ...['--ground', 'service-ended', '--requested-by', 'board', '--description', 'the end'],
    ...['--verified', 'minutes'],
  );
  await second('revocation', 'approve', String(number));
  return number;
}

const execute = (number: number) => ['revocation', 'execute', String(number), '--yes'] as const;

const show = (number: number) =>
  ca.inkanJSON<RevocationRequestView>('revocation', 'show', String(number));

const requestAt = (place: string) => requests.get(place) ?? { serial: '', number: 0 };

describeWithOpenSSL('kill -9 while a request is executed', () => {
  it('CP 4.9.13: before it is recorded nothing is revoked, and executing again works', async () => {
    const { serial, number } = requestAt(AUDITED);
    await killedAt(ca, AUDITED, ...execute(number));
    const after = await recover(ca, async () => {
      expect(await show(number)).toMatchObject({ state: 'approved', revoked: 0 });
      await ca.inkanJSON(...execute(number));
    });
    expect(factOf(after, serial).reason).toBe(5);
    await expectEdgeAgrees(ca, after, [factOf(after, serial)]);
  });

  it.each(AFTER_RECORDING)(
    'CP 4.9.13: killed at "%s" it goes out without being asked for, once, and cannot be cancelled',
    async (place) => {
      const { serial, number } = requestAt(place);
      await killedAt(ca, place, ...execute(number));
      const state = await recover(ca, async () => {
        const before = await show(number);
        expect(before).toMatchObject({ state: 'executed', revoked: 1 });
        expect(before.publication?.state).toBe('published');
        const cancelled = await ca.inkan(
          ...['revocation', 'cancel', String(number), '--note', 'too late'],
        );
        expect([cancelled.status, cancelled.stderr]).toEqual([
          1,
          expect.stringContaining('revocation-step-refused'),
        ]);
        await ca.inkanJSON(...execute(number));
        expect((await show(number)).events).toEqual(before.events);
      });
      expect(factOf(state, serial).revocationDate).not.toBeNull();
      await expectEdgeAgrees(ca, state, [factOf(state, serial)]);
    },
  );
});

// Last, since the authority issues nothing after it.
describeWithOpenSSL('kill -9 while an authority is ended', () => {
  let number = 0;
  let left: readonly string[] = [];

  beforeAll(async () => {
    const signer = await ca.startSigner();
    left = [await issue(ca, 'left one'), await issue(ca, 'left two')];
    number = await approvedRequest('--all-of', SUB_CA);
    await untilPublished(ca);
    await signer.end();
  });

  it('CP 4.9.1: begun, it is carried on by itself until nothing valid is left below', async () => {
    await killedAt(ca, 'revocation request: recorded', ...execute(number));
    await killedOnSchedule(ca, 'end authority: page recorded');
    const state = await recover(ca, untilExecuted);
    for (const serial of left) expect(factOf(state, serial).reason).toBe(5);
    const responders = state.certificates.filter(({ profile }) => profile === 'ocsp-responder');
    expect(responders.every(({ reason }) => reason === null)).toBe(true);
    await expectEdgeAgrees(ca, state);
  });

  async function untilExecuted(): Promise<void> {
    await until(async () => {
      expect(await show(number)).toMatchObject({ state: 'executed', revoked: 3 });
      expect((await show(number)).publication?.state).toBe('published');
    });
  }
});
