import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuthorityView } from '../../signer/operations/views.ts';
import { describeWithOpenSSL } from '../support/openssl.ts';
import type { PolicyJSON, RunningCA } from '../support/running-ca.ts';
import {
  createAuthority,
  expectEdgeAgrees,
  killedAt,
  makeFaultCA,
  ROOT,
  recover,
  SUB_CA,
} from './fault-ca.ts';
import type { SignerState } from './signer-state.ts';

/**
 * Stops of `ca create` in their order. `#2` is the responder's
 * certificate; `is repeated`: the command has to be given again.
 */
const STOPS = [
  ['authority: key generated', 'is repeated'],
  ['authority: recorded', 'is repeated'],
  ['certify: signed', 'is repeated'],
  ['authority: certified', 'goes on by itself'],
  ['responder: key generated', 'goes on by itself'],
  ['certify: reserved#2', 'goes on by itself'],
  ['certify: signed#2', 'goes on by itself'],
  ['settle: stored#2', 'goes on by itself'],
] as const;

/** One more sub-CA for each stop, so that one CA serves the whole table. */
function subCA(index: number): string {
  return `sub-${String(index).padStart(2, '0')}`;
}

function addSubCAs(policy: PolicyJSON): void {
  STOPS.forEach((_, index) => {
    const model = JSON.stringify(policy.authorities[SUB_CA]);
    const text = model.replaceAll(SUB_CA, subCA(index)).replaceAll('Time Stamping', subCA(index));
    const authority: Record<string, unknown> = JSON.parse(text);
    policy.authorities[subCA(index)] = { ...authority, profile: SUB_CA };
  });
}

function ofAuthority(state: SignerState, name: string) {
  return state.certificates.filter(({ authority }) => authority === name);
}

describeWithOpenSSL('kill -9 while a CA is created', () => {
  let ca: RunningCA;

  beforeAll(async () => {
    ca = await makeFaultCA({ changePolicy: addSubCAs });
  });
  afterAll(() => ca.close());

  it('CP 4.9.10: killed when its certificate is signed, the root is created by repeating the command', async () => {
    await killedAt(ca, 'certify: signed', 'ca', 'create', ROOT);
    const state = await recover(ca, async () => {
      await createAuthority(ca, ROOT);
    });
    const rows = ofAuthority(state, ROOT);
    expect(rows.map((row) => row.state)).toEqual(['abandoned', 'issued', 'issued']);
    await expectEdgeAgrees(ca, state);
  });

  it.each(STOPS.map(([place, then], index) => [place, then, subCA(index)] as const))(
    'CP 4.9.10: killed at "%s" the creation %s and ends with one certificate and one responder',
    async (place, then, name) => {
      await killedAt(ca, place, 'ca', 'create', name);
      const state = await recover(ca, async () => {
        if (then === 'is repeated') await createAuthority(ca, name);
        const shown = await ca.inkanJSON<AuthorityView>('ca', 'show', name);
        writeFileSync(ca.file(`${name}.pem`), shown.certificate);
        const again = await ca.inkan('ca', 'create', name);
        expect(again.stderr).toContain('authority-exists');
      });
      expect(state.authorities.filter((row) => row.name === name).length).toBe(1);
      const rows = ofAuthority(state, name);
      expect(rows.filter((row) => row.state === 'issued').map((row) => row.profile)).toEqual([
        'ocsp-responder',
      ]);
      await expectEdgeAgrees(ca, state, rows);
    },
  );

  it('RSP-24: after all of them database, CRL, OCSP and edge say the same of every certificate', async () => {
    await expectEdgeAgrees(ca, await recover(ca));
  });
});
