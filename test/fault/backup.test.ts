import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BackupView } from '../../signer/operations/backup-views.ts';
import { describeWithOpenSSL } from '../support/openssl.ts';
import { type RunningCA, type RunningSigner, runInkan } from '../support/running-ca.ts';
import {
  closeLogOften,
  createHierarchy,
  expectEdgeAgrees,
  factOf,
  issue,
  makeFaultCA,
  recover,
  revokeArguments,
  untilPublished,
} from './fault-ca.ts';
import { readAudit, readState } from './signer-state.ts';

/** In no backup: whoever it belongs to keeps a copy. */
const OPERATOR_KEY = 'operators/operator/key.pem';

let ca: RunningCA;
let signer: RunningSigner;
let recipient: string;
const serials: string[] = [];

/** An identity of the age format on disk; answers its recipient. */
async function makeIdentity(name: string): Promise<string> {
  const identity = await generateX25519Identity();
  writeFileSync(ca.file(name), `# made for a test\n${identity}\n`, { mode: 0o600 });
  return identityToRecipient(identity);
}

async function startAll(): Promise<void> {
  ca = await makeFaultCA();
  closeLogOften(ca);
  recipient = await makeIdentity('identity.txt');
  signer = await ca.startSigner();
  await createHierarchy(ca);
  for (let n = 0; n < 8; n++) serials.push(await issue(ca, `TSA ${n}`));
  await untilPublished(ca);
}

async function endAll(): Promise<void> {
  await ca.close();
}

beforeAll(() => startAll());
afterAll(() => endAll());

function restoreArguments(file: string, identity = 'identity.txt'): readonly string[] {
  return ['restore', ca.file(file), '--identity', ca.file(identity)];
}

describeWithOpenSSL('backups', () => {
  it('CP 5.5.4: a backup is taken while revocations go on, and nothing unencrypted stays on disk', async () => {
    const revoking = Promise.all(serials.slice(0, 4).map((s) => ca.inkan(...revokeArguments(s))));
    const made = await ca.inkanJSON<BackupView & { readonly sha256: string }>(
      ...['backup', ca.file('running.age'), '--recipient', recipient, '--with-keys'],
    );
    expect((await revoking).map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(made).toMatchObject({ keys: 'included' });
    const octets = readFileSync(ca.file('running.age'));
    expect(octets.subarray(0, 22).toString('latin1')).toBe('age-encryption.org/v1\n');
    expect(octets.includes('SQLite format 3')).toBe(false);
    expect(octets.includes('PRIVATE KEY')).toBe(false);
    expect(readdirSync(ca.layout.signer).filter((name) => name.startsWith('.backup-'))).toEqual([]);
    const told = readAudit(ca).lines.filter(({ type }) => type === 'backup');
    expect(told).toEqual([expect.objectContaining({ recipients: [recipient], keys: 'included' })]);
    const again = await ca.inkan('backup', ca.file('running.age'), '--recipient', recipient);
    expect(again).toMatchObject({ status: 2 });
  });

  it('CP 5.5.4: a backup is refused to another identity, and when it was changed or cut off', async () => {
    await makeIdentity('other.txt');
    const octets = readFileSync(ca.file('running.age'));
    const changed = Buffer.from(octets);
    changed[octets.length >> 1] = (changed[octets.length >> 1] ?? 0) ^ 1;
    writeFileSync(ca.file('changed.age'), changed);
    writeFileSync(ca.file('cut.age'), octets.subarray(0, octets.length - 1000));
    const state = ca.file('elsewhere');
    for (const [file, identity, code] of [
      ['running.age', 'other.txt', 'age-refused'],
      ['changed.age', 'identity.txt', 'file-unreadable'],
      ['cut.age', 'identity.txt', 'file-unreadable'],
    ] as const) {
      const end = await runInkan(
        [...restoreArguments(file, identity), '--state', state, '--json'],
        {},
      );
      expect(end).toMatchObject({ status: 1, stdout: '' });
      expect(JSON.parse(end.stderr).error.code).toBe(code);
      expect(readdirSync(ca.layout.demo)).not.toContain('elsewhere');
    }
    const taken = await ca.inkan(...restoreArguments('running.age'));
    expect(JSON.parse(taken.stderr).error.code).toBe('state-exists');
  });

  it('CP 5.5.4: --stopped is refused while a signer runs and reads the same state when none does', async () => {
    const arguments_ = ['--stopped', '--recipient', recipient, '--with-keys'];
    const refused = await ca.inkan('backup', ca.file('stopped.age'), ...arguments_);
    expect(JSON.parse(refused.stderr).error.code).toBe('state-in-use');
    await untilPublished(ca);
    await signer.end();
    await ca.inkanJSON('backup', ca.file('stopped.age'), ...arguments_);
    const before = readState(ca);
    const operatorKey = readFileSync(join(ca.layout.signer, OPERATOR_KEY));
    rmSync(ca.layout.signer, { recursive: true });
    const restored = await ca.inkanJSON<{ readonly lacks: readonly string[] }>(
      ...restoreArguments('stopped.age'),
    );
    expect(restored.lacks.join()).toContain('private keys of operators');
    expect(readState(ca)).toEqual(before);
    expect(readAudit(ca).broken).toBe(0);
    expect(existsSync(join(ca.layout.signer, OPERATOR_KEY))).toBe(false);
    writeFileSync(join(ca.layout.signer, OPERATOR_KEY), operatorKey, { mode: 0o600 });
  });
});

describeWithOpenSSL('a restored state', () => {
  it('RSP-24: after a restore of the newest backup database = CRL = OCSP = edge, and the CA goes on', async () => {
    const state = await recover(ca, async () => {
      await ca.inkanJSON(...revokeArguments(serials[5] ?? ''));
    });
    expect(factOf(state, serials[5] ?? '').revocationDate).not.toBeNull();
    await expectEdgeAgrees(ca, state);
  });
});
