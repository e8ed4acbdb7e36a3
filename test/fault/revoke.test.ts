import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithOpenSSL } from '../support/openssl.ts';
import type { RunningCA } from '../support/running-ca.ts';
import {
  createHierarchy,
  expectEdgeAgrees,
  factOf,
  issue,
  killedAt,
  makeFaultCA,
  recover,
  revokeArguments,
  untilPublished,
} from './fault-ca.ts';

/** Between any two writes of a revocation, in their order, from where it counts. */
const AFTER_RECORDING = [
  'revoke: recorded',
  'settle: statuses signed',
  'crl: number taken',
  'settle: CRL signed',
  'settle: stored',
  'epoch: head signed',
  'epoch: promised',
  'publish: blobs written',
  'publish: head written',
] as const;

const REASONS = ['keyCompromise', 'affiliationChanged', 'superseded', 'cessationOfOperation'];

describeWithOpenSSL('kill -9 while a certificate is revoked', () => {
  let ca: RunningCA;
  const serials = new Map<string, string>();

  beforeAll(async () => {
    ca = await makeFaultCA();
    const signer = await ca.startSigner();
    await createHierarchy(ca);
    for (const place of ['revoke: audited', ...AFTER_RECORDING]) {
      serials.set(place, await issue(ca, place.replace(':', '')));
    }
    await untilPublished(ca);
    await signer.end();
  });
  afterAll(() => ca.close());

  it('CP 4.9.13: before it is recorded nothing is revoked, and repeating the command works', async () => {
    const place = 'revoke: audited';
    const serial = serials.get(place) ?? '';
    await killedAt(ca, place, ...revokeArguments(serial));
    const before = await recover(ca);
    expect(factOf(before, serial).revocationDate).toBeNull();
    await expectEdgeAgrees(ca, before, [factOf(before, serial)]);
    const after = await recover(ca, async () => {
      await ca.inkanJSON(...revokeArguments(serial));
    });
    expect(factOf(after, serial).reason).toBe(1);
    await expectEdgeAgrees(ca, after, [factOf(after, serial)]);
  });

  it.each(AFTER_RECORDING.map((place, index) => [place, REASONS[index % 4] ?? ''] as const))(
    'CP 4.9.13: killed at "%s" the revocation for %s goes out without being asked for again',
    async (place, reason) => {
      const serial = serials.get(place) ?? '';
      await killedAt(ca, place, ...revokeArguments(serial, reason));
      const state = await recover(ca, async () => {
        const again = await ca.inkan(...revokeArguments(serial, reason));
        expect(again.stderr).toContain('already-revoked');
        expect(again.status).toBe(1);
      });
      expect(factOf(state, serial).revocationDate).not.toBeNull();
      await expectEdgeAgrees(ca, state, [factOf(state, serial)]);
    },
  );

  it('RSP-24: after all of them database, CRL, OCSP and edge say the same of every certificate', async () => {
    const state = await recover(ca);
    expect(state.certificates.filter((row) => row.revocationDate !== null).length).toBe(10);
    await expectEdgeAgrees(ca, state);
  });

  it('CRL-9: numbers that were taken when the signer was killed are never used', async () => {
    const state = await recover(ca);
    const sub = state.authorities.find(({ name }) => name === 'time-stamping-ca');
    const stored = state.crls.filter((crl) => crl.authority === 'time-stamping-ca');
    // Killed once after its number was taken and once after it was signed.
    expect(sub?.crlNumber).toBe(stored.length + 2);
  });
});
