import { createPublicKey, X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signingKeyOf } from '../../signer/cli/client-identity.ts';
import type { OperatorView } from '../../signer/operations/operator-views.ts';
import { describeWithOpenSSL, openssl, opensslOk } from '../support/openssl.ts';
import { makeCA, type RunningCA, type RunningSigner } from '../support/running-ca.ts';
import { type Ran, run } from '../unit/signer/cli/cli-under-test.ts';

const PASSPHRASE = 'a passphrase of dave';

let ca: RunningCA;
let signer: RunningSigner;

const state = (path: string) => join(ca.layout.signer, path);
const as = (person: string, ...args: readonly string[]): Promise<Ran> =>
  run([...args, '--json', '--client', state(`operators/${person}/client.json`)]);

async function json<T>(ran: Promise<Ran>): Promise<T> {
  const { exit, stdout, stderr } = await ran;
  expect([exit, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

function codeOf({ stderr }: Ran): string {
  return JSON.parse(stderr).error.code;
}

/** A client profile of dave, whose key and certificate are files beside it. */
function profileOf(name: string, identity: object): string {
  const { signer: url } = JSON.parse(readFileSync(state('client.json'), 'utf8'));
  const file = ca.file(`${name}.client.json`);
  const operatorCA = state('tls/operator-ca.pem');
  writeFileSync(file, JSON.stringify({ signer: url, operatorCA, ...identity }));
  return file;
}

beforeAll(async () => {
  const people = [
    'alice:registration-officer,system-operator',
    'bob:system-manager',
    'carol:auditor',
  ];
  const initArguments = people.flatMap((person) => ['--operator', person]);
  ca = await makeCA({ keys: 'fast', kvUrl: 'http://127.0.0.1:1/unused', initArguments });
  writeFileSync(ca.file('dave.pass'), `${PASSPHRASE}\n`, { mode: 0o600 });
  signer = await ca.startSigner();
});
afterAll(() => ca?.close());

describeWithOpenSSL('people of init', () => {
  it('CP 5.2.1: each has a profile, and the first one that of the state directory', async () => {
    for (const person of ['alice', 'bob', 'carol'])
      expect((await as(person, 'status')).exit).toBe(0);
    expect(
      await json(run(['operator', 'list', '--state', ca.layout.signer, '--json'])),
    ).toMatchObject({
      operators: [{ person: 'alice' }, { person: 'bob' }, { person: 'carol', roles: ['auditor'] }],
    });
    expect(signer.log()).toContain('"person":"alice"');
  });

  it('CP 8.4: an auditor reads, and is told who may do the rest', async () => {
    const refused = await as('carol', 'publish');
    expect([refused.exit, codeOf(refused)]).toEqual([1, 'role-forbidden']);
    expect(refused.stderr).toContain('pki-administrator');
    const audit = readFileSync(state('audit.jsonl'), 'utf8');
    expect(audit).toContain('"operation":"publish","code":"role-forbidden","actor":"carol"');
  });
});

describeWithOpenSSL('somebody new', () => {
  beforeAll(async () => {
    await json(
      run([
        ...['operator', 'request', 'dave', '--json', '--key-out', ca.file('dave.key.pem')],
        ...['--out', ca.file('dave.csr'), '--key-passphrase-file', ca.file('dave.pass')],
      ]),
    );
  });

  const add = (person: string) =>
    as(
      person,
      ...['operator', 'add', 'dave', '--roles', 'auditor', '--request', ca.file('dave.csr')],
      ...['--out', ca.file('dave.pem')],
    );

  it('ADR 18: makes an encrypted key and a request that openssl verifies', () => {
    const verified = openssl(['req', '-in', ca.file('dave.csr'), '-verify', '-noout', '-subject']);
    for (const part of [/verify OK/, /CN ?= ?dave/]) expect(verified.text).toMatch(part);
    const key = ['pkey', '-in', ca.file('dave.key.pem'), '-noout', '-passin'];
    expect(openssl([...key, `pass:${PASSPHRASE}`]).status).toBe(0);
    expect(openssl([...key, 'pass:wrong']).status).not.toBe(0);
  });

  it('CP 5.2.1: is added by a manager and by nobody else', async () => {
    expect(codeOf(await add('alice'))).toBe('role-forbidden');
    expect(await json(add('bob'))).toMatchObject({ person: 'dave', state: 'active' });
  });
});

describeWithOpenSSL('somebody with a key under a passphrase', () => {
  it('ADR 18: connects with the encrypted key, and not with another passphrase', async () => {
    const files = { certificate: ca.file('dave.pem'), key: ca.file('dave.key.pem') };
    const named = profileOf('named', { ...files, passphrase: { file: ca.file('dave.pass') } });
    expect((await run(['status', '--client', named])).exit).toBe(0);
    const asked = profileOf('asked', files);
    const environment = { PASS: 'wrong', INKAN_CLIENT: asked };
    const wrong = await run(['status', '--key-passphrase-env', 'PASS'], { environment });
    expect([wrong.exit, wrong.stderr]).toEqual([2, expect.stringContaining('passphrase')]);
    const right = { PASS: PASSPHRASE, INKAN_CLIENT: asked };
    expect(
      (await run(['status', '--key-passphrase-env', 'PASS'], { environment: right })).exit,
    ).toBe(0);
  });

  it.each([
    ['as openssl makes it', []],
    [
      'with the ciphers of old programs',
      ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
    ],
  ])('RFC 7292 4: connects with a PKCS#12 file %s, whose key signs too', async (_, how) => {
    const pkcs12 = ca.file('dave.p12');
    const key = ['-inkey', ca.file('dave.key.pem'), '-passin', `pass:${PASSPHRASE}`];
    opensslOk([
      ...['pkcs12', '-export', '-in', ca.file('dave.pem'), ...key, ...how],
      ...['-passout', 'pass:of the file', '-out', pkcs12],
    ]);
    chmodSync(pkcs12, 0o600);
    const profile = profileOf('pkcs12', { pkcs12 });
    const environment = { PASS: 'of the file', WRONG: 'other' };
    const ask = (name: string) =>
      run(['status', '--client', profile, '--key-passphrase-env', name], { environment });
    expect(await ask('PASS')).toMatchObject({ exit: 0, stderr: '' });
    expect((await ask('WRONG')).exit).toBe(2);
    const identity = (text: string) =>
      ({ kind: 'pkcs12', pfx: readFileSync(pkcs12), passphrase: Buffer.from(text) }) as const;
    const signing = signingKeyOf(identity('of the file'));
    const certified = new X509Certificate(readFileSync(ca.file('dave.pem'))).publicKey;
    expect(signing && createPublicKey(signing).equals(certified)).toBe(true);
    expect(signingKeyOf(identity('other'))).toBeUndefined();
  });
});

describeWithOpenSSL('somebody who is revoked', () => {
  it('ADR 18: is cut off on an open connection when revoked, and comes back when restored', async () => {
    const { signer: url } = JSON.parse(readFileSync(state('client.json'), 'utf8'));
    const socket = connect({
      ...{ host: '127.0.0.1', port: Number(new URL(url).port) },
      ca: readFileSync(state('tls/operator-ca.pem')),
      cert: readFileSync(ca.file('dave.pem')),
      key: readFileSync(ca.file('dave.key.pem')),
      passphrase: PASSPHRASE,
    });
    let answers = '';
    socket.on('error', () => undefined);
    socket.on('data', (part) => {
      answers += part.toString('latin1');
    });
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await new Promise<void>((resolve) => socket.once('secureConnect', resolve));
    // The body is still to come, so that the connection is not idle.
    socket.write(
      'POST /v1/publications HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{',
    );
    const revoked = await json<OperatorView>(
      as('bob', 'operator', 'revoke', 'dave', '--reason', 'stolen'),
    );
    expect(revoked.state).toBe('revoked');
    await closed;
    expect(answers).not.toContain('HTTP/1.1 2');
    const files = { certificate: ca.file('dave.pem'), key: ca.file('dave.key.pem') };
    const profile = profileOf('revoked', { ...files, passphrase: { file: ca.file('dave.pass') } });
    const refused = await run(['status', '--json', '--client', profile]);
    expect([refused.exit, codeOf(refused)]).toEqual([4, 'client-certificate-revoked']);
    const key = revoked.keys[0]?.spkiSha256 ?? '';
    await json(as('bob', 'operator', 'restore', 'dave', '--key-sha256', key));
    expect((await run(['status', '--client', profile])).exit).toBe(0);
  });
});

describeWithOpenSSL('a state from before the register', () => {
  it('ADR 18: goes on working: its operators are taken in at the next start', async () => {
    await signer.end();
    const db = new DatabaseSync(state('signer.sqlite'));
    db.exec('DELETE FROM operator');
    db.close();
    signer = await ca.startSigner();
    const { operators } = await json<{ operators: readonly OperatorView[] }>(
      as('carol', 'operator', 'list'),
    );
    expect(operators.map(({ person }) => person)).toEqual(['alice', 'bob', 'carol']);
    expect(operators.every(({ roles }) => !roles.includes('auditor') && roles.length === 4)).toBe(
      true,
    );
  });
});
