import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ResponderListView, RotatedResponderView } from '../../signer/operations/views.ts';
import { describeWithOpenSSL } from '../support/openssl.ts';
import type { RunningCA } from '../support/running-ca.ts';
import {
  createHierarchy,
  expectEdgeAgrees,
  issue,
  killedAt,
  makeFaultCA,
  recover,
  SUB_CA,
  untilPublished,
} from './fault-ca.ts';
import { type SignerState, withDatabase } from './signer-state.ts';

/** Between any two writes of `responder rotate`, in their order, and what is left to do after it. */
const STOPS = [
  ['responder: key announced', 'is repeated'],
  ['responder: key generated', 'is repeated'],
  ['certify: reserved', 'is repeated'],
  ['certify: signed', 'is repeated'],
  ['responder: recorded', 'goes on by itself'],
  ['settle: statuses signed', 'goes on by itself'],
  ['settle: CRL signed', 'goes on by itself'],
  ['settle: stored', 'goes on by itself'],
  ['epoch: promised', 'goes on by itself'],
] as const;

const ROTATE = ['responder', 'rotate', SUB_CA];

describeWithOpenSSL('kill -9 while a responder is rotated', () => {
  let ca: RunningCA;
  let rotations = 0;

  beforeAll(async () => {
    ca = await makeFaultCA();
    const signer = await ca.startSigner();
    await createHierarchy(ca);
    await issue(ca, 'TSA 01');
    await untilPublished(ca);
    await signer.end();
  });
  afterAll(() => ca.close());

  /** Labels that the database knows of, and those of the key files: the same, or a key is lost or forgotten. */
  function expectNoOrphans(): void {
    const labels = withDatabase(ca, (db) =>
      db.prepare('SELECT key_label AS label FROM responder ORDER BY 1').all(),
    ).map((row) => String(row['label']));
    const files = readdirSync(join(ca.layout.signer, 'keys'))
      .map((file) => file.split('.', 1)[0] ?? '')
      .filter((label) => label.includes('-ocsp-'));
    expect(files.sort()).toEqual(labels);
    const open = withDatabase(ca, (db) => db.prepare('SELECT * FROM responder_key').all());
    expect(open).toEqual([]);
  }

  function issuedResponders(state: SignerState): number {
    return state.certificates.filter(
      (row) =>
        row.authority === SUB_CA && row.profile === 'ocsp-responder' && row.state === 'issued',
    ).length;
  }

  it.each(STOPS)(
    'RSP-36: killed at "%s" it %s, with one key and one certificate',
    async (place, then) => {
      await killedAt(ca, place, ...ROTATE);
      rotations += 1;
      const state = await recover(ca, async () => {
        if (then === 'is repeated') {
          const { uncertifiedKeys } = await ca.inkanJSON<ResponderListView>('responder', 'list');
          expect(uncertifiedKeys).toMatchObject([{ authority: SUB_CA, state: 'pending' }]);
          const made = await ca.inkanJSON<RotatedResponderView>(...ROTATE);
          expect(made.keyLabel).toBe(uncertifiedKeys[0]?.keyLabel);
        }
        const { responders } = await ca.inkanJSON<ResponderListView>('responder', 'list');
        const states = responders
          .filter(({ authority }) => authority === SUB_CA)
          .map((r) => r.state);
        expect(states.filter((one) => one === 'signing')).toHaveLength(1);
      });
      expect(issuedResponders(state)).toBe(1 + rotations);
      expectNoOrphans();
      await expectEdgeAgrees(ca, state);
    },
  );
});
