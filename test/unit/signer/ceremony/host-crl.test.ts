import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unixSeconds } from '../../../../shared/time.ts';
import type { CeremonyRequest } from '../../../../signer/ceremony/bundle.ts';
import { CRL_NUMBER_STEP_MOST } from '../../../../signer/ceremony/host/check-crl.ts';
import {
  type CeremonyUnderTest,
  DAY,
  firstCeremony,
  offlinePolicy,
  ROOT,
  startWithPolicy,
} from './ceremony-under-test.ts';
import { remembered, signStopped, withCRL } from './host-under-test.ts';

const VALIDITY = 30 * DAY;

let test: CeremonyUnderTest;
let request: CeremonyRequest;

beforeAll(async () => {
  const policy = JSON.parse(offlinePolicy(ROOT));
  policy.authorities[ROOT].crl.validitySeconds.value = VALIDITY;
  test = await firstCeremony(await startWithPolicy(JSON.stringify(policy)));
  test.setClock(test.now() + 3_600);
  request = await test.request();
});
afterAll(() => test.close());

const said = (change: Parameters<typeof withCRL>[2], of = request) =>
  signStopped(test, withCRL(test, of, change));

describe('what the offline host holds a CRL to besides lint', () => {
  it.each([
    ['is of another moment than its bundle', () => ({ thisUpdate: at(-1) })],
    ['ends before the policy says', () => ({ nextUpdate: at(VALIDITY - 1) })],
    ['ends after the policy says', () => ({ nextUpdate: at(VALIDITY + 1) })],
    ['skips more numbers than exports do', () => ({ crlNumber: 2 + CRL_NUMBER_STEP_MOST })],
  ])('CRL-18: a CRL that %s breaks no rule and is not signed', async (_what, change) => {
    expect(await said({ crlNumber: 2, ...change() })).toBe('crl-differs');
  });

  it('CRL-9: a CRL whose number is as far from the last as is allowed is signed, also anew after a stop', async () => {
    expect(await said({ crlNumber: 1 + CRL_NUMBER_STEP_MOST })).toBe('accepted');
    const begun = withCRL(test, request, { crlNumber: 1 + 2 * CRL_NUMBER_STEP_MOST });
    expect(await signStopped(test, begun, 'host: crl remembered')).toMatch(/^stopped/);
    expect(await signStopped(test, begun)).toBe('accepted');
    expect(remembered(test)).toEqual([1 + 2 * CRL_NUMBER_STEP_MOST, 0]);
  });

  it('RFC 5280 5.3.2: a CRL that is older than the last one signed here is refused, its end set right', async () => {
    const older = new Date((test.now() - 60) * 1_000).toISOString().replace('.000', '');
    const change = { crlNumber: 3_000, nextUpdate: at(VALIDITY) };
    expect(await said(change, { ...request, createdAt: older })).toBe('crl-differs');
    expect(await said(change)).toBe('accepted');
  });
});

function at(seconds: number) {
  return unixSeconds(test.now() + seconds);
}
