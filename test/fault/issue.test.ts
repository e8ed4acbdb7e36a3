import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithOpenSSL } from '../support/openssl.ts';
import type { RunningCA } from '../support/running-ca.ts';
import {
  createHierarchy,
  expectEdgeAgrees,
  issueArguments,
  killedAt,
  makeFaultCA,
  recover,
  SUB_CA,
  untilPublished,
} from './fault-ca.ts';
import { askOCSP } from './relying-party.ts';
import { readState, type SignerState } from './signer-state.ts';

/** Until the certificate is recorded; after the second of them there is a reservation. */
const BEFORE_RECORDING = [
  ['issue: request recorded', 0],
  ['certify: reserved', 1],
  ['certify: signed', 1],
] as const;

const AFTER_RECORDING = [
  'issue: recorded',
  'settle: statuses signed',
  'crl: number taken',
  'settle: CRL signed',
  'settle: stored',
  'epoch: head signed',
  'epoch: promised',
  'publish: blobs written',
  'publish: head written',
] as const;

function tsaCertificates(state: SignerState) {
  return state.certificates.filter(({ profile }) => profile === 'tsa');
}

describeWithOpenSSL('kill -9 while a certificate is issued', () => {
  let ca: RunningCA;

  beforeAll(async () => {
    ca = await makeFaultCA();
    const signer = await ca.startSigner();
    await createHierarchy(ca);
    await untilPublished(ca);
    await signer.end();
  });
  afterAll(() => ca.close());

  it.each(BEFORE_RECORDING)(
    'CP 4.9.10: killed at "%s" no serial number is good and the same request can be repeated',
    async (place, reservations) => {
      const before = tsaCertificates(readState(ca)).length;
      const command = issueArguments(ca, place.replace(':', ''));
      await killedAt(ca, place, ...command);
      const reserved = tsaCertificates(readState(ca)).slice(before);
      expect(reserved.map(({ state }) => state)).toEqual(Array(reservations).fill('reserved'));

      const state = await recover(ca, async () => {
        for (const { serial } of reserved) expect(askOCSP(ca, SUB_CA, serial)).toBe('unauthorized');
        await ca.inkanJSON(...command);
      });
      const rows = tsaCertificates(state).slice(before);
      const wanted = [...Array(reservations).fill('abandoned'), 'issued'];
      expect(rows.map((row) => row.state)).toEqual(wanted);
      await expectEdgeAgrees(ca, state, rows);
    },
  );

  it.each(AFTER_RECORDING)(
    'OPS-4: killed at "%s" the certificate is on record and its good answer goes out by itself',
    async (place) => {
      const before = tsaCertificates(readState(ca)).length;
      const command = issueArguments(ca, place.replace(':', ''));
      await killedAt(ca, place, ...command);
      const state = await recover(ca);
      const rows = tsaCertificates(state).slice(before);
      expect(rows.map((row) => row.state)).toEqual(['issued']);
      await expectEdgeAgrees(ca, state, rows);
    },
  );

  it('CSR-5: the key of a certificate that was recorded before the kill is not certified twice', async () => {
    const command = issueArguments(ca, 'recorded');
    await killedAt(ca, 'issue: recorded', ...command);
    const state = await recover(ca, async () => {
      const again = await ca.inkan(...command);
      expect(again.stderr).toContain('CSR-5');
      expect(again.status).toBe(1);
    });
    expect(tsaCertificates(state).at(-1)?.state).toBe('issued');
  });

  it('RSP-24: after all of them database, CRL, OCSP and edge say the same of every certificate', async () => {
    await expectEdgeAgrees(ca, await recover(ca));
  });
});
