import { spawnSync } from 'node:child_process';
import { checkPrimeSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type {
  IssuedCertificateView,
  RequestCheckView,
  StatusView,
} from '../../signer/operations/views.ts';
import { newKey, newRequest } from '../support/certification-requests.ts';
import { type Hierarchy, SUB_CA, startHierarchy } from '../support/hierarchy.ts';
import { describeWithOpenSSL, opensslOk, ScratchDirectory } from '../support/openssl.ts';
import { pemOfKey, primeOf, rsaKeyOf } from '../support/rsa-keys.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

let pki: Hierarchy;
let scratch: ScratchDirectory;

// Nothing here is asked of the edge; subscribers have the RSA keys of the policy.
beforeAll(async () => {
  scratch = new ScratchDirectory();
  pki = await startHierarchy({
    keys: 'fast',
    edge: 'none',
    changePolicy: ({ profiles }) => {
      const key = { value: { kind: 'rsa', modulusLengths: [2048, 3072] }, source: 'CP 7.1.3' };
      profiles['tsa'] = { ...profiles['tsa'], key };
    },
  });
});
afterAll(() => pki?.close());

/** The path of a request for this RSA key, by openssl. */
function requestOf(name: string, p: bigint, q: bigint): string {
  const pem = new TextEncoder().encode(pemOfKey(rsaKeyOf(p, q)));
  return newRequest(scratch, name, scratch.write(`${name}.key`, pem));
}

async function check(path: string): Promise<RequestCheckView & { readonly status: number | null }> {
  const end = await pki.ca.inkan('request', 'check', path, '--profile', 'tsa');
  return { ...JSON.parse(end.stdout), status: end.status };
}

function issue(path: string): Promise<IssuedCertificateView> {
  const to = ['--authority', SUB_CA, '--profile', 'tsa', '--request', path, '--no-wait'];
  return pki.ca.inkanJSON<IssuedCertificateView>('certificate', 'issue', ...to);
}

const outcomes = ({ checks }: RequestCheckView) =>
  checks.filter(({ outcome }) => outcome === 'refused').map(({ rule, title }) => [rule, title]);

describeWithOpenSSL('inkan request check', () => {
  it('CSR-1 to CSR-7: shows every check of a sound request with its clause, and issues nothing', async () => {
    const key = newKey(scratch, 'sound', 'RSA-2048');
    const path = newRequest(scratch, 'sound', key);
    const before = (await pki.ca.inkanJSON<StatusView>('status')).certificates;
    const checked = await check(path);
    expect(checked.status).toBe(0);
    expect(checked.verdict).toBe('accepted');
    expect(checked.checks.every(({ rule, clause }) => rule !== '' && clause !== '')).toBe(true);
    expect(checked.checks.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['CRT-4', 'CSR-1', 'CSR-3', 'CSR-5', 'CSR-6', 'CSR-7']),
    );
    const spki = opensslOk(['pkey', '-in', key, '-pubout', '-outform', 'DER']).stdout;
    const digest = (bytes: Uint8Array) => opensslOk(['dgst', '-sha256', '-r'], bytes).text;
    expect(digest(readFileSync(path))).toContain(checked.requestSha256);
    expect(digest(spki)).toContain(checked.spkiSha256);
    expect((await pki.ca.inkanJSON<StatusView>('status')).certificates).toEqual(before);
    expect((await issue(path)).requestSha256).toBe(checked.requestSha256);
    expect(outcomes(await check(path))).toEqual([['CSR-5', 'never certified before']]);
  });

  it('CSR-7: a key that Fermat factors is refused with exit code 1', async () => {
    const p = primeOf(1024);
    let q = p + 2n;
    while (!checkPrimeSync(q)) q += 2n;
    const checked = await check(requestOf('fermat', p, q));
    expect(checked.status).toBe(1);
    expect(outcomes(checked)).toEqual([['CSR-7', 'factors far apart (Fermat, 100 rounds)']]);
  });

  it('CSR-7: without a list the check of weak keys is shown as not made', async () => {
    const path = newRequest(scratch, 'listless', newKey(scratch, 'listless', 'RSA-2048'));
    const lists = (await check(path)).checks.find(({ title }) => title.includes('list'));
    expect(lists).toMatchObject({ outcome: 'not-checked' });
    expect(lists?.reason).toContain('RSA-2048');
  });
});

describeWithOpenSSL('easy keys', () => {
  it('CSR-7, CSBR 4.9.1: a shared prime is an alarm in inkan status until the revocation', async () => {
    const shared = primeOf(1024);
    const { serialNumber } = await issue(requestOf('first', shared, primeOf(1024)));
    const second = await check(requestOf('second', shared, primeOf(1024)));
    expect(outcomes(second)).toEqual([['CSR-7', 'no factor in common with a key seen here']]);
    const { easyKeys } = await pki.ca.inkanJSON<StatusView>('status');
    expect(easyKeys).toMatchObject([{ authority: SUB_CA, serialNumber }]);
    const [{ foundAt, revokeBefore } = { foundAt: '', revokeBefore: '' }] = easyKeys;
    expect(Date.parse(revokeBefore) - Date.parse(foundAt)).toBe(24 * 3_600_000);
    const revoke = ['certificate', 'revoke', serialNumber, '--reason', 'keyCompromise'];
    await pki.ca.inkanJSON(...revoke);
    expect((await pki.ca.inkanJSON<StatusView>('status')).easyKeys).toEqual([]);
  });
});

/** It asks no signer, so it takes no --state. */
function generate(file: string): { readonly status: number | null; readonly stdout: string } {
  const range = ['--kind', 'P-256', '--from', '1233', '--to', '1234', '--json'];
  const args = ['signer/cli.ts', 'weak-keys', 'generate', file, ...range];
  return spawnSync(process.execPath, args, { cwd: REPOSITORY, encoding: 'utf8' });
}

describeWithOpenSSL('inkan weak-keys import', () => {
  it('CSR-7: a list in the form of openssl-blacklist is imported, counted and refuses its keys', async () => {
    const key = newKey(scratch, 'listed', 'RSA-2048');
    const modulus = opensslOk(['rsa', '-in', key, '-noout', '-modulus']).stdout;
    const line = opensslOk(['dgst', '-sha1', '-r'], modulus).text.slice(20, 40);
    const others = Array.from({ length: 5_000 }, (_, i) => i.toString(16).padStart(20, '0'));
    const text = ['# test', ...others, line, ''].join('\n');
    const file = scratch.write('blacklist.RSA-2048', new TextEncoder().encode(text));
    const list = ['weak-keys', 'import', file, '--kind', 'RSA-2048', '--name', 'blacklist'];
    for (const _ of ['first', 'again'])
      expect(await pki.ca.inkanJSON(...list)).toMatchObject({ read: 5_001, entries: 5_001 });
    const { debianWeakKeys } = await pki.ca.inkanJSON<StatusView>('status');
    expect(debianWeakKeys).toContainEqual({ key: 'RSA-2048', entries: 5_001 });
    expect(debianWeakKeys).toContainEqual({ key: 'RSA-3072', entries: 0 });
    expect(outcomes(await check(newRequest(scratch, 'listed', key)))).toEqual([
      ['CSR-7', 'on no list of weak keys'],
    ]);
  });

  it('CSR-7: a list that is made here for two processes can be imported, and is never written over', async () => {
    const file = scratch.file('debian-p256.txt');
    const made = generate(file);
    expect(JSON.parse(made.stdout)).toMatchObject({ fingerprints: 18 });
    const again = generate(file);
    expect(again.status).toBe(2);
    const list = ['weak-keys', 'import', file, '--kind', 'P-256', '--name', 'made here'];
    expect(await pki.ca.inkanJSON(...list)).toMatchObject({ read: 18, entries: 18 });
    // badkeys/debianopenssl ecp256/ssl/le64/1234-rnd.key: anyone has it.
    expect(readFileSync(file, 'utf8')).toContain(
      'c7c2b7c2830c3dca55f7e31849cc3140b24bf3a37a7387451e82d87090d99ab4',
    );
  });
});
