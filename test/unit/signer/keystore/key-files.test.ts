import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import {
  type FileKeystoreOptions,
  openFileKeystore,
} from '../../../../signer/keystore/encrypted-file.ts';
import type { Keystore, KeystoreKeyAlgorithm } from '../../../../signer/keystore/keystore.ts';
import { describeWithOpenSSL, opensslOk, ScratchDirectory } from '../../../support/openssl.ts';

const scratch = new ScratchDirectory();
const directory = scratch.file('keys');
const PASSPHRASE = 'correct horse 印鑑';

async function open(change: Partial<FileKeystoreOptions> = {}): Promise<Keystore> {
  const options = { directory, passphrase: PASSPHRASE, randomBytes, threads: 2, ...change };
  return must(await openFileKeystore(options), 'openFileKeystore');
}

function keyFile(label: string): string {
  return join(directory, `${label}.key.pem`);
}

const KEYS: readonly (readonly [string, KeystoreKeyAlgorithm])[] = [
  ['p-256', { kind: 'ec', namedCurve: 'P-256' }],
  ['ed25519', { kind: 'ed25519' }],
];

let keystore: Keystore;

beforeAll(async () => {
  keystore = await open();
  for (const [label, algorithm] of KEYS) must(await keystore.generateKey(label, algorithm), label);
}, 30_000);
afterAll(() => keystore.close());

describe('labels of the file keystore', () => {
  it.each(['../x', '..', '', 'a/b', 'A', '-a', 'a.b', 'a'.repeat(65), 'a\0b', 'ключ', 'a\n'])(
    'ADR 3: the label %j is refused',
    async (label) => {
      const answers = [
        await keystore.generateKey(label, { kind: 'ed25519' }),
        await keystore.publicKey(label),
        await keystore.sign(label, 'Ed25519', new Uint8Array(1)),
      ];
      for (const answer of answers) {
        expect(answer).toMatchObject({ ok: false, error: { code: 'key-unfit', label } });
      }
    },
  );

  it('ADR 3: a label that is in use is refused and its file unchanged', async () => {
    const before = readFileSync(keyFile('p-256'));
    expect(await keystore.generateKey('p-256', { kind: 'ed25519' })).toEqual({
      ok: false,
      error: { code: 'key-exists', label: 'p-256' },
    });
    expect(readFileSync(keyFile('p-256')).equals(before)).toBe(true);
  });

  it('ADR 3: of two that make one label at once, one is refused and the file is of the other', async () => {
    const other = await open();
    const answers = await Promise.all([
      keystore.generateKey('race', { kind: 'ed25519' }),
      other.generateKey('race', { kind: 'ed25519' }),
    ]);
    await other.close();
    const [won, ...more] = answers.filter((answer) => answer.ok);
    expect(more).toEqual([]);
    expect(answers.find((answer) => !answer.ok)).toMatchObject({ error: { code: 'key-exists' } });
    expect(await keystore.publicKey('race')).toEqual(won);
  });

  it('ADR 3: an unknown label is key-missing', async () => {
    expect(await keystore.publicKey('nobody')).toEqual({
      ok: false,
      error: { code: 'key-missing', label: 'nobody' },
    });
  });
});

describe('files of the file keystore', () => {
  it('ADR 3: directory 0700, key files 0600, nothing else left behind', () => {
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    const names = readdirSync(directory);
    expect(names.filter((name) => !name.endsWith('.key.pem'))).toEqual([]);
    for (const name of names) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  });

  it('ADR 3: what a crash left of an unfinished key is not a key and not in the way', async () => {
    // The state after each prefix of the write: a temporary name, whole or not, and no final name.
    const text = readFileSync(keyFile('p-256'), 'latin1');
    writeFileSync(join(directory, '.crashed.00.tmp'), text.slice(0, 100), { mode: 0o600 });
    expect(await keystore.publicKey('crashed')).toMatchObject({ error: { code: 'key-missing' } });
    expect((await keystore.generateKey('crashed', { kind: 'ed25519' })).ok).toBe(true);
  });

  it('ADR 3: a directory that cannot be written answers keystore-unavailable', async () => {
    const full = scratch.file('not-a-directory');
    writeFileSync(full, '');
    const answer = await openFileKeystore({ directory: full, passphrase: 'x', randomBytes });
    expect(answer).toMatchObject({ ok: false, error: { code: 'keystore-unavailable' } });
  });

  it('ADR 3: a directory open to others is refused, and so is a key file', async () => {
    const wide = scratch.file('wide');
    mkdirSync(wide);
    chmodSync(wide, 0o755);
    const refused = await openFileKeystore({ directory: wide, passphrase: 'x', randomBytes });
    expect(refused).toMatchObject({ error: { code: 'keystore-unavailable' } });
    writeFileSync(keyFile('wide'), readFileSync(keyFile('p-256')), { mode: 0o640 });
    expect(await keystore.publicKey('wide')).toMatchObject({ error: { code: 'key-unfit' } });
  });
});

describe('passphrases of the file keystore', () => {
  it('ADR 3: an empty passphrase is refused', async () => {
    const answer = await openFileKeystore({ directory, passphrase: '', randomBytes });
    expect(answer).toMatchObject({ error: { code: 'keystore-unavailable' } });
  });

  it.each(KEYS)('ADR 3: a wrong passphrase for %s is passphrase-wrong', async (label) => {
    const wrong = await open({ passphrase: 'correct horse' });
    expect(await wrong.publicKey(label)).toEqual({
      ok: false,
      error: { code: 'passphrase-wrong' },
    });
    await wrong.close();
  });

  it('ADR 3: a closed keystore signs nothing', async () => {
    const closed = await open();
    await closed.publicKey('p-256');
    await closed.close();
    expect(await closed.sign('p-256', 'ecdsa-with-SHA256', new Uint8Array(1))).toMatchObject({
      error: { code: 'keystore-unavailable' },
    });
  });
});

describeWithOpenSSL('key files from elsewhere', () => {
  it('RFC 5958 3: a key that openssl encrypted with scrypt is read', async () => {
    const plain = scratch.file('plain.pem');
    opensslOk([
      'genpkey',
      '-algorithm',
      'EC',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-out',
      plain,
    ]);
    const cipher = ['-topk8', '-scrypt', '-v2', 'aes-256-cbc', '-passout', `pass:${PASSPHRASE}`];
    opensslOk(['pkcs8', '-in', plain, ...cipher, '-out', keyFile('imported')]);
    chmodSync(keyFile('imported'), 0o600);
    const spki = opensslOk(['pkey', '-in', plain, '-pubout', '-outform', 'DER']).stdout;
    const publicKey = must(await keystore.publicKey('imported'), 'imported');
    expect(Buffer.from(spki).equals(publicKey.spki)).toBe(true);
  });

  it.each([
    ['plain', ['-nocrypt']],
    ['pbkdf2', ['-v2', 'aes-256-cbc', '-passout', `pass:${PASSPHRASE}`]],
  ])('ADR 3: a key file that is %s instead of scrypt is key-unfit', async (label, how) => {
    const plain = scratch.file('plain2.pem');
    opensslOk(['genpkey', '-algorithm', 'ED25519', '-out', plain]);
    opensslOk(['pkcs8', '-in', plain, '-topk8', ...how, '-out', keyFile(label)]);
    chmodSync(keyFile(label), 0o600);
    expect(await keystore.publicKey(label)).toMatchObject({ error: { code: 'key-unfit', label } });
  });
});

describe('damaged key files', () => {
  it.each([
    ['one character of the key changed', (text: string) => text.replace(/(.)\n-----END/, flipped)],
    ['cut short', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['two keys', (text: string) => text + text],
    ['checksum changed', (text: string) => text.replace(/below: ./, 'below: x')],
  ])('ADR 3: a file that is damaged (%s) is key-unfit', async (_, damage) => {
    copyFileSync(keyFile('ed25519'), keyFile('damaged'));
    writeFileSync(keyFile('damaged'), damage(readFileSync(keyFile('ed25519'), 'latin1')));
    expect(await keystore.publicKey('damaged')).toMatchObject({ error: { code: 'key-unfit' } });
  });
});

/** Another base64 character before the end; padding is left alone by taking the one before it. */
function flipped(match: string): string {
  return match.startsWith('A') ? match.replace('A', 'B') : `A${match.slice(1)}`;
}
