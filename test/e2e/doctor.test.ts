import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../signer/doctor/finding.ts';
import { makeCA, type RunningCA, type RunningSigner, runInkan } from '../support/running-ca.ts';

interface Examined {
  readonly running: boolean;
  readonly errors: number;
  readonly findings: readonly Finding[];
}

let ca: RunningCA;
let signer: RunningSigner;

async function doctor(...args: readonly string[]): Promise<Examined & { status: number | null }> {
  const end = await ca.inkan('doctor', ...args);
  return { status: end.status, ...JSON.parse(end.stdout) };
}

const inkanAlone = (...args: readonly string[]) => runInkan([...args, '--json'], {});

const wrongOf = ({ findings }: Examined) =>
  findings.filter(({ result }) => result === 'error').map(({ check }) => check);

async function startAll(): Promise<void> {
  ca = await makeCA({ keys: 'fast' });
  await ca.startEdge();
  signer = await ca.startSigner();
  await ca.inkanJSON('ca', 'create', 'root-ca3');
}

async function endAll(): Promise<void> {
  await ca.close();
}

beforeAll(() => startAll());
afterAll(() => endAll());

describe('inkan doctor', () => {
  it('ADR 21: a signer in good health has no error, running and stopped, and the store is written when asked', async () => {
    expect(await doctor('--write-probe')).toMatchObject({ status: 0, running: true, errors: 0 });
    await signer.end();
    const stopped = await doctor();
    expect(stopped).toMatchObject({ status: 0, running: false, errors: 0 });
    expect(stopped.findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['database', 'audit-log', 'disk', 'mtls', 'store', 'clock', 'files']),
    );
  });

  it('ADR 21: what is wrong is named, each with what to do, and the exit code says so', async () => {
    const state = (path: string) => join(ca.layout.signer, path);
    chmodSync(state('tls/server.key.pem'), 0o644);
    const log = readFileSync(state('audit.jsonl'), 'utf8');
    writeFileSync(state('audit.jsonl'), log.replace('"signer-start"', '"signer-stopt"'));
    const policy = readFileSync(state('policy.json'), 'utf8');
    writeFileSync(state('policy.json'), '{');
    const ill = await doctor();
    expect(ill.status).toBe(10);
    expect(wrongOf(ill).sort()).toEqual(['audit-log', 'files', 'policy']);
    expect(ill.findings.filter(({ result, remedy }) => result !== 'ok' && !remedy)).toEqual([]);
    chmodSync(state('tls/server.key.pem'), 0o600);
    writeFileSync(state('audit.jsonl'), log);
    writeFileSync(state('policy.json'), policy);
    const nowhere = await ca.inkan('doctor', '--no-such-option');
    expect(nowhere.status).toBe(2);
  });

  it('CP 6.2.2: a passphrase is split and combined on the command line, and never shown', async () => {
    const secret = 'three of five, and a secret';
    writeFileSync(ca.file('secret'), `${secret}\n`, { mode: 0o600 });
    const split = await inkanAlone(
      ...['keys', 'split', 'root', '--shares', '3', '--threshold', '2'],
      ...['--passphrase-file', ca.file('secret'), '--out', ca.file('shares')],
    );
    const { files } = JSON.parse(split.stdout);
    expect(split.stdout).not.toContain(secret);
    const out = ca.file('combined');
    const few = await inkanAlone('keys', 'combine', '--share', files[0], '--out', out);
    expect(JSON.parse(few.stderr).error.code).toBe('shares-too-few');
    await inkanAlone('keys', 'combine', '--share', files[2], '--share', files[0], '--out', out);
    expect(readFileSync(out, 'utf8')).toBe(`${secret}\n`);
  });
});
