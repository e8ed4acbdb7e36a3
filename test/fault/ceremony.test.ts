import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CeremonyRequestView, CeremonyView } from '../../signer/operations/ceremony-views.ts';
import type { AuthorityView } from '../../signer/operations/views.ts';
import { makeOfflineHost, type OfflineHost, offline } from '../support/offline-host.ts';
import { describeWithOpenSSL } from '../support/openssl.ts';
import type { RunningCA } from '../support/running-ca.ts';
import { expectEdgeAgrees, killedAt, makeFaultCA, ROOT, recover } from './fault-ca.ts';
import { readState, withDatabase } from './signer-state.ts';

let ca: RunningCA;
let host: OfflineHost;
let rootFile: readonly string[] = [];

/** Exports with a running signer and signs on the host; answers the files of `name`. */
async function prepare(name: string): Promise<{ readonly answer: string; readonly id: string }> {
  const signer = await ca.startSigner();
  const { id } = await exported(name);
  await signer.end();
  return { id, answer: await signed(name) };
}

async function exported(name: string): Promise<CeremonyView> {
  const out = host.file(`${name}.json`);
  const { ceremony } = await ca.inkanJSON<CeremonyRequestView>(
    ...['ceremony', 'export', ROOT, '--reason', name, '--responder', '--out', out],
  );
  return ceremony;
}

function signArguments(name: string): readonly string[] {
  const bundle = host.file(`${name}.json`);
  const { requestSha256 } = JSON.parse(readFileSync(bundle, 'utf8'));
  const out = host.file(`${name}-answer.json`);
  return ['sign', bundle, '--out', out, '--confirm', requestSha256];
}

async function signed(name: string): Promise<string> {
  const end = await host.ceremony(...signArguments(name));
  expect(end).toMatchObject({ status: 0 });
  return host.file(`${name}-answer.json`);
}

function stateOf(id: string): unknown {
  const sql = 'SELECT state FROM ceremony WHERE bundle_id = ?';
  return withDatabase(ca, (db) => db.prepare(sql).get(id)?.['state']);
}

function recordCertificate(): Promise<void> {
  return ca.inkanJSON<AuthorityView>('ca', 'show', ROOT).then(({ certificate }) => {
    writeFileSync(ca.file(`${ROOT}.pem`), certificate);
  });
}

/** Stops of `ceremony import` in their order. */
const IMPORT_STOPS = [
  ['ceremony: answer audited', 'is repeated'],
  ['ceremony: answer recorded', 'goes on by itself'],
  ['ceremony: statuses signed', 'goes on by itself'],
  ['ceremony: settled', 'goes on by itself'],
] as const;

const EXPORT_STOPS = [
  'responder: key announced',
  'responder: key generated',
  'ceremony: number taken',
  'ceremony: request audited',
  'ceremony: request recorded',
] as const;

/** Stops of `ceremony sign`, and whether the answer is on the host's disk by then. */
const HOST_STOPS = [
  ['host: item signed', false],
  ['host: crl remembered', false],
  ['host: answer written', true],
  ['host: remembered', true],
] as const;

/** Stops of `ceremony root` in their order: each attempt goes on where the one before it was killed. */
const ROOT_STOPS = ['host: key recorded', 'host: root signed', 'host: root recorded'] as const;

describeWithOpenSSL('kill -9 around a ceremony', () => {
  beforeAll(async () => {
    ca = await makeFaultCA({ changePolicy: offline(ROOT) });
    host = makeOfflineHost(ca);
  });
  afterAll(async () => {
    host.close();
    await ca.close();
  });
  roots();
  imports();
  exports();
  hosts();
});

function roots(): void {
  it.each(ROOT_STOPS)(
    'CRL-18: killed at "%s" the root ceremony writes nothing, and goes on with its key',
    async (place) => {
      const out = host.file('root.json');
      const asked = ['root', ROOT, '--out', out, '--confirm-name', ROOT];
      const killed = await host.ceremonyIn({ INKAN_FAULT_STOP_AT: place }, ...asked);
      expect(killed.status).not.toBe(0);
      expect(existsSync(out)).toBe(false);
      expect(readdirSync(host.file('keys'))).toHaveLength(1);
    },
  );

  it('CRT-10: the root that is finished after that has one key, and is handed out again as it is', async () => {
    const out = host.file('root.json');
    const made = await host.ceremony('root', ROOT, '--out', out, '--confirm-name', ROOT);
    expect(made).toMatchObject({ status: 0 });
    const { certificateSha256 } = JSON.parse(made.stdout);
    const again = ['root', ROOT, '--out', host.file('again.json'), '--confirm-name', ROOT];
    expect(JSON.parse((await host.ceremony(...again)).stdout)).toMatchObject({ certificateSha256 });
    expect(readdirSync(host.file('keys'))).toHaveLength(1);
    rootFile = ['ceremony', 'import', out, '--sha256', certificateSha256];
  });

  it('CRL-18: killed before the root is recorded there is none, and the import is repeated', async () => {
    await killedAt(ca, 'ceremony: root audited', ...rootFile);
    expect(readState(ca).authorities).toEqual([]);
  });

  it('CRL-18: killed after it is recorded the root is there, and repeating changes nothing', async () => {
    await killedAt(ca, 'ceremony: root recorded', ...rootFile);
    const signer = await ca.startSigner();
    await ca.inkanJSON(...rootFile);
    await recordCertificate();
    await signer.end();
    expect(readState(ca).authorities).toEqual([{ name: ROOT, crlNumber: 0 }]);
  });

  it('CRL-18: its first ceremony brings out what the root owes', async () => {
    const signer = await ca.startSigner();
    await exported('first');
    await ca.inkanJSON('ceremony', 'import', await signed('first'));
    await signer.end();
    await expectEdgeAgrees(ca, await recover(ca));
  });
}

function imports(): void {
  it.each(IMPORT_STOPS.map(([place, then], index) => [place, then, `import-${index}`] as const))(
    'CRL-18: killed at "%s" the import %s, and its CRL and OCSP come out once and together',
    async (place, then, name) => {
      const { answer, id } = await prepare(name);
      await killedAt(ca, place, 'ceremony', 'import', answer);
      const importing = async () => {
        await ca.inkanJSON('ceremony', 'import', answer);
      };
      if (then === 'is repeated') expect(stateOf(id)).toBe('open');
      const state = await recover(ca, then === 'is repeated' ? importing : undefined);
      expect(stateOf(id)).toBe('imported');
      await expectEdgeAgrees(ca, state);
      const again = await recover(ca, importing);
      expect(again.crls).toEqual(state.crls);
      expect(again.certificates).toEqual(state.certificates);
    },
  );
}

function exports(): void {
  it.each(EXPORT_STOPS)(
    'CRL-9: killed at "%s" an export is repeated, and no serial or CRL number is used twice',
    async (place) => {
      const name = place.replaceAll(/\W+/g, '-');
      const out = host.file(`${name}-lost.json`);
      const asked = ['export', ROOT, '--reason', name, '--responder', '--out', out] as const;
      await killedAt(ca, place, 'ceremony', ...asked);
      const signer = await ca.startSigner();
      await exported(name);
      const answer = await signed(name);
      await ca.inkanJSON('ceremony', 'import', answer);
      await signer.end();
      await expectEdgeAgrees(ca, await recover(ca));
    },
  );
}

function hosts(): void {
  describe('on the offline host', () => {
    it.each(HOST_STOPS)(
      'CRL-18: killed at "%s" the bundle is given again',
      async (place, isWritten) => {
        const name = place.replaceAll(/\W+/g, '-');
        const signer = await ca.startSigner();
        await exported(name);
        const killed = await host.ceremonyIn(
          { INKAN_FAULT_STOP_AT: place },
          ...signArguments(name),
        );
        expect(killed.status).not.toBe(0);
        const end = await host.ceremony(...signArguments(name));
        // From the file on no key is used: another answer to this bundle could not be imported beside it.
        expect(JSON.parse(end.stdout)).toMatchObject({ again: isWritten });
        await ca.inkanJSON('ceremony', 'import', host.file(`${name}-answer.json`));
        await signer.end();
        await expectEdgeAgrees(ca, await recover(ca));
      },
    );
  });
}
