import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import type { CeremonyRequest } from '../../../../signer/ceremony/bundle.ts';
import { type CeremonyUnderTest, startWithRoot } from './ceremony-under-test.ts';
import { entry, remembered, signStopped, withCRL } from './host-under-test.ts';

let test: CeremonyUnderTest;
let request: CeremonyRequest;

const crl = (crlNumber: number, ...serials: readonly number[]): CeremonyRequest =>
  withCRL(test, request, {
    crlNumber,
    revokedCertificates: serials.map((n) => entry(test, n)),
  });

beforeAll(async () => {
  test = await startWithRoot();
  request = await test.request();
});
afterAll(() => test.close());

describe('what the offline host remembers of a CRL', () => {
  it.each([
    ['host: crl remembered', 50],
    ['host: answer written', 60],
    ['host: remembered', 70],
  ])(
    'CRL-9: stopped at "%s", the next bundle can neither forget its entry nor reuse its number',
    async (place, number) => {
      const begun = crl(number, 1);
      expect(await signStopped(test, begun, place)).toBe(`stopped at ${place}`);
      expect(remembered(test)).toEqual([number, 1]);
      expect(await signStopped(test, crl(number + 1))).toBe('entries-vanished');
      expect(await signStopped(test, crl(number, 1, 2))).toBe('bundle-superseded');
      expect(await signStopped(test, begun)).toBe('accepted');
    },
  );

  it('CRL-9: an answer that is handed out again after a later CRL was signed takes nothing back', async () => {
    const begun = crl(80, 1);
    expect(await signStopped(test, begun, 'host: answer written')).toMatch(/^stopped/);
    expect(await signStopped(test, crl(81, 1, 2))).toBe('accepted');
    expect(must(await test.sign(test.bundle(begun)), 'again').again).toBe(true);
    expect(remembered(test)).toEqual([81, 2]);
    expect(await signStopped(test, crl(81, 1, 2, 3))).toBe('bundle-superseded');
    expect(await signStopped(test, crl(82, 1))).toBe('entries-vanished');
  });

  it('CRL-18: a CRL whose answer is on record is not signed again under another id', async () => {
    const signed = crl(90, 1, 2);
    expect(await signStopped(test, signed)).toBe('accepted');
    expect(await signStopped(test, crl(90, 1, 2))).toBe('bundle-superseded');
  });
});

describe('what passes while the offline host asks', () => {
  /** Signs while the clock is set to this before the hash is typed. */
  async function confirmedAt(bundle: CeremonyRequest, at: number): Promise<string> {
    const shownAt = test.now();
    const said = await signStopped(test, bundle, undefined, async () => {
      test.setClock(at);
      return true;
    });
    if (at < shownAt) test.setClock(shownAt);
    return said;
  }

  it('CRL-18: a clock that is set back before the hash is typed signs nothing', async () => {
    expect(await confirmedAt(crl(100, 1, 2), test.now() - 1)).toBe('clock-went-back');
  });

  it('CRL-18: a bundle that is confirmed when it ends is signed, and one second later it is not', async () => {
    const end = Date.parse(request.expiresAt) / 1000;
    const before = remembered(test);
    const inTime = crl(110, 1, 2);
    const late = crl(111, 1, 2);
    expect(await confirmedAt(inTime, end)).toBe('accepted');
    expect(remembered(test)).toEqual([110, before[1]]);
    expect(await confirmedAt(late, end + 1)).toBe('bundle-expired');
    const log = test.scratch.read('log.jsonl');
    expect(Buffer.from(log).toString().trim().split('\n').at(-1)).toContain(
      `"type":"ceremony-refused","ceremony":"${late.id}","code":"bundle-expired"`,
    );
    expect(remembered(test)).toEqual([110, before[1]]);
  });
});
