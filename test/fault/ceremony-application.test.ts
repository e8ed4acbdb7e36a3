import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CeremonyRequestView } from '../../signer/operations/ceremony-views.ts';
import type { AuthorityView } from '../../signer/operations/views.ts';
import { act, approve, command, makeApplicant, withApplications } from '../support/applications.ts';
import { makeOfflineHost, type OfflineHost, offline } from '../support/offline-host.ts';
import { describeWithOpenSSL } from '../support/openssl.ts';
import type { PolicyJSON, RunningCA } from '../support/running-ca.ts';
import { expectEdgeAgrees, killedAt, makeFaultCA, ROOT, recover } from './fault-ca.ts';
import { readState, withDatabase } from './signer-state.ts';

let ca: RunningCA;
let host: OfflineHost;

/** The root issues to subscribers itself, as RootCA1 and RootCA2 do. */
function policyOf(policy: PolicyJSON): void {
  withApplications(policy);
  offline(ROOT)(policy);
  Object.assign(policy.authorities[ROOT] ?? {}, { issues: ['tsa'] });
}

function exportArguments(name: string, ...applications: readonly number[]): readonly string[] {
  const named = applications.flatMap((number) => ['--application', String(number)]);
  const out = host.file(`${name}.json`);
  return ['ceremony', 'export', ROOT, '--reason', name, '--out', out, ...named];
}

/** Exports with the running signer and signs on the host; answers the arguments of the import. */
async function signed(name: string, ...applications: readonly number[]): Promise<string[]> {
  await ca.inkanJSON<CeremonyRequestView>(...exportArguments(name, ...applications));
  const bundle = host.file(`${name}.json`);
  const { requestSha256 } = JSON.parse(readFileSync(bundle, 'utf8'));
  const answer = host.file(`${name}-answer.json`);
  const end = await host.ceremony('sign', bundle, '--out', answer, '--confirm', requestSha256);
  expect(end).toMatchObject({ status: 0 });
  return ['ceremony', 'import', answer];
}

async function approvedNew(name: string): Promise<number> {
  const applicant = makeApplicant(ca, name);
  const what = ['--authority', ROOT, '--profile', 'tsa', ...applicant.arguments];
  return approve(ca, applicant, ['application', 'new', ...what]);
}

/** States of an application's events, read where the signer cannot lie. */
function eventsOf(application: number): readonly string[] {
  const sql = 'SELECT state FROM application_event WHERE application_id = ? ORDER BY id';
  return withDatabase(ca, (db) => db.prepare(sql).all(application)).map(({ state }) =>
    String(state),
  );
}

function tsaCertificates() {
  return readState(ca).certificates.filter(({ profile }) => profile === 'tsa');
}

/** Where the export is killed, where the import is, and whether the import has to be repeated. */
const STOPS = [
  ['ceremony: request audited', 'ceremony: answer audited', 'is repeated'],
  ['ceremony: request recorded', 'ceremony: answer recorded', 'goes on by itself'],
  ['ceremony: number taken', 'ceremony: settled', 'goes on by itself'],
] as const;

beforeAll(async () => {
  ca = await makeFaultCA({ changePolicy: policyOf });
  host = makeOfflineHost(ca);
  const out = host.file('root.json');
  const made = await host.ceremony('root', ROOT, '--out', out, '--confirm-name', ROOT);
  const { certificateSha256 } = JSON.parse(made.stdout);
  const signer = await ca.startSigner();
  await ca.inkanJSON('ceremony', 'import', out, '--sha256', certificateSha256);
  const { certificate } = await ca.inkanJSON<AuthorityView>('ca', 'show', ROOT);
  writeFileSync(ca.file(`${ROOT}.pem`), certificate);
  await ca.inkanJSON(...(await signed('first')));
  await signer.end();
});
afterAll(async () => {
  host?.close();
  await ca?.close();
});

describeWithOpenSSL('kill -9 while an application is issued in a ceremony', () => {
  it.each(STOPS.map((stop, index) => [...stop, `stop-${index}`] as const))(
    'OPS-4: killed at "%s" it is exported again; killed at "%s" the import %s, and it is issued once',
    async (atExport, atImport, then, name) => {
      let signer = await ca.startSigner();
      const application = await approvedNew(name);
      await signer.end();
      await killedAt(ca, atExport, ...exportArguments(`${name}-lost`, application));
      expect(eventsOf(application).at(-1)).toBe('approved');
      signer = await ca.startSigner();
      const importing = await signed(name, application);
      await signer.end();
      await killedAt(ca, atImport, ...importing);
      const state = await recover(
        ca,
        then === 'is repeated' ? () => ca.inkanJSON(...importing) : undefined,
      );
      expect(eventsOf(application).filter((event) => event === 'issued')).toHaveLength(1);
      await expectEdgeAgrees(ca, state);
      await recover(ca, async () => {
        await ca.inkanJSON(...importing);
        const view = await command(ca, 'application', 'show', String(application));
        expect(view.certificate?.publication.state).toBe('published');
      });
      expect(tsaCertificates().filter((row) => row.state === 'issued')).toHaveLength(
        STOPS.findIndex(([place]) => place === atExport) + 1,
      );
    },
  );

  it('CP 4.8.1: killed when a change has revoked, its export is repeated and revokes nothing more', async () => {
    let signer = await ca.startSigner();
    const first = await approvedNew('to be changed');
    await ca.inkanJSON(...(await signed('before', first)));
    const { certificate } = await command(ca, 'application', 'show', String(first));
    const serial = certificate?.serialNumber ?? '';
    const applicant = makeApplicant(ca, 'changed');
    const subject = ['--subject', 'C=JP, O=Inkan test, CN=changed', ...applicant.arguments];
    const what = ['application', 'change', serial, '--reason', 'superseded', ...subject];
    const change = await approve(ca, applicant, what);
    await signer.end();
    await killedAt(ca, 'revoke: recorded', ...exportArguments('change-lost', change));
    expect(eventsOf(change).at(-1)).toBe('approved');
    signer = await ca.startSigner();
    await ca.inkanJSON(...(await signed('change', change)));
    expect(await act(ca, 'deliver', change, '--method', 'sent', '--reference', 'x')).toMatchObject({
      state: 'delivered',
    });
    await signer.end();
    await expectEdgeAgrees(ca, await recover(ca));
    const revoked = tsaCertificates().filter((row) => row.revocationDate !== null);
    expect(revoked.map((row) => row.serial.toLowerCase())).toEqual([serial.toLowerCase()]);
  });
});
