import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '../../shared/result.ts';
import { type Clock, unixSeconds } from '../../shared/time.ts';
import { startService } from '../../signer/main.ts';
import type { Actor, Operations } from '../../signer/operations/operations.ts';
import type { SignerService } from '../../signer/service.ts';
import { describeWithOpenSSL } from '../support/openssl.ts';
import type { RunningCA } from '../support/running-ca.ts';
import { createHierarchy, issue, makeFaultCA, SUB_CA, until, untilPublished } from './fault-ca.ts';
import { readAudit, readState } from './signer-state.ts';

const ACTOR: Actor = { name: 'operator', spkiSha256: '00'.repeat(32) };
const HOUR = 3_600;

const now: Clock = () => unixSeconds(Math.floor(Date.now() / 1000));

describeWithOpenSSL('a clock that goes back', () => {
  let ca: RunningCA;
  let serial = '';
  let offset = 0;

  /** In this process, because only code can hand a signer another clock. */
  async function startHere(): Promise<SignerService> {
    const world = {
      clock: () => unixSeconds(now() + offset),
      randomBytes,
      environment: {},
      log: () => undefined,
    };
    return must(await startService({ state: ca.layout.signer }, world), 'start');
  }

  async function withSigner(act: (operations: Operations) => Promise<void>): Promise<void> {
    const service = await startHere();
    try {
      await act(service.operations);
    } finally {
      await service.close();
    }
  }

  beforeAll(async () => {
    ca = await makeFaultCA();
    const signer = await ca.startSigner();
    await createHierarchy(ca);
    serial = await issue(ca, 'TSA 01');
    await untilPublished(ca);
    await signer.end();
  });
  afterAll(() => ca.close());

  it('OPS-7: behind the last recorded act nothing is issued, revoked or published, and nothing is signed', async () => {
    offset = -HOUR;
    const signatures = () => readAudit(ca).lines.filter(({ type }) => type === 'signing').length;
    const before = signatures();
    await withSigner(async (operations) => {
      const revoked = await operations.revokeCertificate(
        { serialNumber: serial, reason: 'keyCompromise' },
        ACTOR,
      );
      expect(revoked).toMatchObject({ ok: false, error: { code: 'clock-went-back' } });
      const issued = await operations.issueCertificate(
        { authority: SUB_CA, profile: 'tsa', request: new Uint8Array(0) },
        ACTOR,
      );
      expect(issued).toMatchObject({ ok: false, error: { code: 'clock-went-back' } });
      const published = await operations.publish({}, ACTOR);
      expect(published.ok && published.value.state).not.toBe('published');
      expect((await operations.status()).ok).toBe(true);
    });
    expect(signatures()).toBe(before);
    expect(readState(ca).certificates.every((row) => row.revocationDate === null)).toBe(true);
  });

  it('OPS-7: when the clock is right again the signer works on, and a step of seconds does not stop it', async () => {
    offset = 0;
    await withSigner(async (operations) => {
      expect((await operations.publish({}, ACTOR)).ok).toBe(true);
      offset = -3;
      const revoked = await operations.revokeCertificate(
        { serialNumber: serial, reason: 'keyCompromise' },
        ACTOR,
      );
      expect(revoked.ok).toBe(true);
      await until(async () => {
        expect(must(await operations.status(), 'status').outbox).toBe(0);
      });
    });
  });
});
