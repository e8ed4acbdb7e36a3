import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CaughtUp } from '../../signer/recovery/catch-up.ts';
import { describeWithOpenSSL } from '../support/openssl.ts';
import type { RunningCA } from '../support/running-ca.ts';
import {
  closeLogOften,
  createHierarchy,
  expectEdgeAgrees,
  factOf,
  issue,
  makeFaultCA,
  revokeArguments,
  SUB_CA,
  until,
  untilPublished,
} from './fault-ca.ts';
import { askOCSP, fetchCRL } from './relying-party.ts';
import { NOTHING_LEFT, readAudit, readState, type SignerState } from './signer-state.ts';

let ca: RunningCA;
const OPERATOR_KEY = 'operators/operator/key.pem';

beforeAll(async () => {
  ca = await makeFaultCA();
  closeLogOften(ca);
});
afterAll(async () => {
  await ca.close();
});

/** What the lost state did, before the backup and after it. */
interface Lost {
  readonly truth: SignerState;
  readonly crlNumber: number;
  readonly serials: readonly string[];
  /** Revoked after the backup; the second was issued after it too. */
  readonly revokedLate: readonly string[];
}

async function loseState(): Promise<Lost> {
  const identity = await generateX25519Identity();
  writeFileSync(ca.file('identity.txt'), `${identity}\n`, { mode: 0o600 });
  const first = await ca.startSigner();
  await createHierarchy(ca);
  const [kept = '', before = '', after = ''] = [
    await issue(ca, 'Kept'),
    await issue(ca, 'Before'),
    await issue(ca, 'After'),
  ];
  await ca.inkanJSON(...revokeArguments(before, 'superseded'));
  await untilPublished(ca);
  const recipient = await identityToRecipient(identity);
  await ca.inkanJSON('backup', ca.file('old.age'), '--recipient', recipient, '--with-keys');
  // After the backup: a revocation, a certificate, and one that is revoked at once.
  await ca.inkanJSON(...revokeArguments(after, 'keyCompromise'));
  const late = await issue(ca, 'Late');
  const short = await issue(ca, 'Short');
  await ca.inkanJSON(...revokeArguments(short, 'cessationOfOperation'));
  await untilPublished(ca);
  await first.end();
  const truth = readState(ca);
  await expectEdgeAgrees(ca, truth);
  const published = await fetchCRL(ca, SUB_CA);
  const mirror = ca.file('lost-state');
  cpSync(ca.layout.signer, mirror, { recursive: true });
  rmSync(ca.layout.signer, { recursive: true });

  await ca.inkanJSON('restore', ca.file('old.age'), '--identity', ca.file('identity.txt'));
  const key = readFileSync(join(mirror, OPERATOR_KEY));
  writeFileSync(join(ca.layout.signer, OPERATOR_KEY), key, { mode: 0o600 });
  return {
    truth,
    crlNumber: published.number,
    serials: [kept, before, after, late, short],
    revokedLate: [after, short],
  };
}

describeWithOpenSSL('a backup that is older than what was published', () => {
  it('ADR 21: does not start, catches up, and loses no revocation and uses no number twice', async () => {
    const { truth, crlNumber, serials, revokedLate } = await loseState();
    const [after = ''] = revokedLate;
    const refused = await ca.startSigner();
    expect(await refused.ended).toBe(6);
    expect(refused.log()).toContain('the store has epoch');
    expect(askOCSP(ca, SUB_CA, after)).toMatch(/^revoked/);

    const done = await ca.inkanJSON<CaughtUp>('catch-up');
    expect(done.publishedEpoch).toBeGreaterThan(done.recordedEpoch);
    const sub = done.authorities.find(({ name }) => name === SUB_CA);
    expect(sub).toMatchObject({ certificates: 2, statusOnly: 0, crlNumber });
    expect([...(sub?.revocations ?? [])].sort()).toEqual([...revokedLate].sort());
    expect((await ca.inkanJSON<CaughtUp>('catch-up')).authorities).toEqual([]);

    const second = await ca.startSigner();
    await untilPublished(ca);
    await until(async () => {
      expect((await fetchCRL(ca, SUB_CA)).number).toBeGreaterThan(crlNumber);
    });
    const next = await issue(ca, 'Next');
    await ca.inkanJSON(...revokeArguments(next));
    await untilPublished(ca);
    await second.end();

    const state = readState(ca);
    expect(state.leftovers).toEqual(NOTHING_LEFT);
    expect(readAudit(ca).broken).toBe(0);
    for (const serial of serials) {
      const { revocationDate, reason } = factOf(truth, serial);
      expect(factOf(state, serial)).toMatchObject({ state: 'issued', revocationDate, reason });
    }
    await expectEdgeAgrees(ca, state);
    // The chain of heads has no fork: the next one follows the last that the lost state published.
    const last = truth.epochs.at(-1)?.number ?? 0;
    const numbers = state.epochs.map(({ number }) => number);
    expect(numbers).toContain(last);
    expect(Math.max(...numbers)).toBeGreaterThan(last);
    const used = state.certificates.map(({ authority, serial }) => `${authority} ${serial}`);
    expect(new Set(used).size).toBe(used.length);
  });
});
