import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '../../../shared/result.ts';
import type {
  KeystoreSignatureAlgorithm,
  PackedMessages,
  PublicKey,
} from '../../../signer/keystore/keystore.ts';
import {
  openPkcs11Keystore,
  type Pkcs11Keystore,
  type Pkcs11KeystoreOptions,
} from '../../../signer/keystore/pkcs11.ts';
import { opensslOk, ScratchDirectory } from '../../support/openssl.ts';
import { describeWithSoftHSM, SoftHSMToken } from '../../support/softhsm.ts';
import { opensslVerifies } from '../../unit/signer/keystore/openssl-verify.ts';

const KEYS = [
  ['rsa-2048', { kind: 'rsa', modulusLength: 2048 }],
  ['rsa-3072', { kind: 'rsa', modulusLength: 3072 }],
  ['rsa-4096', { kind: 'rsa', modulusLength: 4096 }],
  ['p-256', { kind: 'ec', namedCurve: 'P-256' }],
  ['p-384', { kind: 'ec', namedCurve: 'P-384' }],
] as const;

const SIGNATURES = [
  ['rsa-2048', 'sha256WithRSAEncryption', 'sha256', 256],
  // TSA certificates of RootCA1 alone (CRT-5).
  ['rsa-2048', 'sha1WithRSAEncryption', 'sha1', 256],
  ['rsa-3072', 'sha256WithRSAEncryption', 'sha256', 384],
  ['rsa-4096', 'sha384WithRSAEncryption', 'sha384', 512],
  ['p-256', 'ecdsa-with-SHA256', 'sha256', 64],
  ['p-384', 'ecdsa-with-SHA384', 'sha384', 96],
] as const;

describeWithSoftHSM('PKCS#11 keystore with SoftHSM', () => {
  const scratch = new ScratchDirectory();
  let token: SoftHSMToken;
  let keystore: Pkcs11Keystore;

  beforeAll(async () => {
    token = new SoftHSMToken();
    keystore = must(await openPkcs11Keystore(optionsFor(token)), 'open');
    for (const [label, algorithm] of KEYS)
      must(await keystore.generateKey(label, algorithm), label);
  }, 180_000);
  afterAll(() => keystore?.close());

  it.each(SIGNATURES)(
    'PKCS#11 2.40 2.1.6, 2.3.6: openssl verifies a signature by %s with %s',
    async (label, algorithm, digest, length) => {
      const publicKey = must(await keystore.publicKey(label), label);
      const message = Buffer.from('to be signed');
      const signature = must(await keystore.sign(label, algorithm, message), label);
      expect(signature.length).toBe(length);
      expect(opensslVerifies(scratch, publicKey, digest, message, signature)).toBe(true);
    },
  );

  it('PKCS#11 2.40 4.4: pkcs11-tool sees keys that never leave the token', () => {
    const listed = token.pkcs11Tool(['--list-objects', '--type', 'privkey']);
    const access = [...listed.matchAll(/Access:\s+(.*)$/gm)].map(([, text]) => text?.trim());
    expect(access).toEqual(KEYS.map(() => 'sensitive, always sensitive, never extractable, local'));
    const usage = [...listed.matchAll(/Usage:\s+(.*)$/gm)].map(([, text]) => text?.trim());
    expect(usage).toEqual(KEYS.map(() => 'sign'));
  });

  it('ADR 3: a label in use is key-exists, an unknown one key-missing, another refused', async () => {
    const ec = { kind: 'ec', namedCurve: 'P-256' } as const;
    expect(await keystore.generateKey('p-256', ec)).toEqual(failure('key-exists', 'p-256'));
    expect(await keystore.publicKey('nobody')).toEqual(failure('key-missing', 'nobody'));
    expect(await keystore.publicKey('../x')).toMatchObject({ error: { code: 'key-unfit' } });
  });

  it.each([
    ['p-256', 'sha256WithRSAEncryption'],
    ['rsa-2048', 'ecdsa-with-SHA256'],
    ['p-256', 'Ed25519'],
  ] as const)('ADR 3: a %s key with %s is algorithm-unsupported', async (label, algorithm) => {
    const answer = await keystore.sign(label, algorithm, new Uint8Array(1));
    expect(answer).toEqual({ ok: false, error: { code: 'algorithm-unsupported', algorithm } });
  });

  it('ADR 3: Ed25519 keys are not made', async () => {
    const answer = await keystore.generateKey('ed', { kind: 'ed25519' });
    expect(answer).toMatchObject({ error: { code: 'algorithm-unsupported' } });
  });
});

describeWithSoftHSM('PKCS#11 keystore at work', () => {
  let token: SoftHSMToken;
  let keystore: Pkcs11Keystore;

  const options = (change: Partial<Pkcs11KeystoreOptions> = {}): Pkcs11KeystoreOptions => ({
    ...optionsFor(token),
    ...change,
  });

  beforeAll(async () => {
    token = new SoftHSMToken();
    keystore = must(await openPkcs11Keystore(options()), 'open');
    for (const [label, algorithm] of KEYS)
      must(await keystore.generateKey(label, algorithm), label);
  }, 180_000);
  afterAll(() => keystore?.close());

  it('ADR 3: 10,000 signatures by P-256 in two processes are each of their own message', async () => {
    const two = must(await openPkcs11Keystore(options({ processes: 2 })), 'open');
    await expectAllVerify(two, 'p-256', 'ecdsa-with-SHA256', 10_000);
    expect(two.processIds().length).toBe(2);
    await two.close();
    expect(two.processIds()).toEqual([]);
  }, 120_000);

  it('ADR 3: RSA-4096 with SHA-384 signs many', async () => {
    await expectAllVerify(keystore, 'rsa-4096', 'sha384WithRSAEncryption', 40);
  }, 60_000);

  it('ADR 3: no message gives no signature', async () => {
    const none = { bytes: new Uint8Array(0), ends: new Uint32Array(0) };
    const answer = await keystore.signMany('p-256', 'ecdsa-with-SHA256', none);
    expect(answer).toEqual({ ok: true, value: new Uint8Array(0) });
  });

  it('ADR 3: a child that is killed fails what it owes, and the next call starts another', async () => {
    const { packed } = messagesOf(3000);
    const owed = keystore.signMany('p-384', 'ecdsa-with-SHA384', packed);
    const [pid] = keystore.processIds();
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.kill(pid ?? 0, 'SIGKILL');
    expect(await owed).toMatchObject({ ok: false, error: { code: 'signing-failed' } });
    await expectAllVerify(keystore, 'p-256', 'ecdsa-with-SHA256', 10);
    expect(keystore.processIds()).not.toEqual([pid]);
  });

  it('ADR 3: a child that hangs is killed after the reply timeout', async () => {
    const hanging = must(await openPkcs11Keystore(options({ replyTimeout: 2 })), 'open');
    const [pid] = hanging.processIds();
    process.kill(pid ?? 0, 'SIGSTOP');
    const answer = await hanging.sign('p-256', 'ecdsa-with-SHA256', new Uint8Array(1));
    expect(answer).toMatchObject({ ok: false, error: { code: 'signing-failed' } });
    expect((await hanging.sign('p-256', 'ecdsa-with-SHA256', new Uint8Array(1))).ok).toBe(true);
    await hanging.close();
  });
});

describeWithSoftHSM('PKCS#11 keys made by others', () => {
  const scratch = new ScratchDirectory();
  let token: SoftHSMToken;
  let keystore: Pkcs11Keystore;

  beforeAll(async () => {
    token = new SoftHSMToken();
    keystore = must(await openPkcs11Keystore(optionsFor(token)), 'open');
  });
  afterAll(() => keystore?.close());

  it.each([
    ['extractable', ['--extractable'], 'CKA_EXTRACTABLE is true, must be false'],
    ['deriving', ['--usage-derive'], 'CKA_DERIVE is true, must be false'],
    ['modifiable', ['--usage-sign', '--sensitive'], 'CKA_MODIFIABLE is true, must be false'],
  ])('PKCS#11 2.40 4.9: a key made %s is key-unfit, named by attribute', async (...row) => {
    const [label, extra, reason] = row;
    const made = ['--keypairgen', '--key-type', 'EC:prime256v1', '--label', label, '--id', '01'];
    token.pkcs11Tool([...made, ...extra]);
    const error = { code: 'key-unfit', label, reason: expect.stringContaining(reason) };
    expect(await keystore.publicKey(label)).toEqual({ ok: false, error });
    const signed = await keystore.sign(label, 'ecdsa-with-SHA256', new Uint8Array(1));
    expect(signed).toMatchObject({ ok: false, error: { code: 'key-unfit' } });
  });

  it('PKCS#11 2.40 4.9: an imported key that can decrypt is key-unfit', async () => {
    const file = scratch.file('import.pem');
    opensslOk(['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', file]);
    token.importKey(file, 'imported', '02');
    const error = { code: 'key-unfit', reason: expect.stringMatching(/^CKA_[A-Z]+ is true/) };
    expect(await keystore.publicKey('imported')).toMatchObject({ ok: false, error });
  });

  it('ADR 3: two keys of one label are key-unfit', async () => {
    const made = ['--keypairgen', '--key-type', 'EC:prime256v1', '--label', 'twice'];
    token.pkcs11Tool([...made, '--id', '03']);
    token.pkcs11Tool([...made, '--id', '04']);
    expect(await keystore.publicKey('twice')).toMatchObject({ error: { code: 'key-unfit' } });
  });
});

describeWithSoftHSM('PIN of a PKCS#11 token', () => {
  it('PKCS#11 2.40 5.6: a wrong PIN is pin-incorrect', async () => {
    const token = new SoftHSMToken();
    const answer = await openPkcs11Keystore({ ...optionsFor(token), pin: '000000' });
    expect(answer).toEqual({ ok: false, error: { code: 'pin-incorrect' } });
  });

  it('ADR 3: a PIN that was refused is not tried again, as tokens lock', async () => {
    const token = new SoftHSMToken();
    const keystore = must(await openPkcs11Keystore(optionsFor(token)), 'open');
    token.pkcs11Tool(['--change-pin', '--new-pin', '111111']);
    process.kill(keystore.processIds()[0] ?? 0, 'SIGKILL');
    await expect.poll(() => keystore.processIds()).toEqual([]);
    const refused = { ok: false, error: { code: 'pin-incorrect' } };
    expect(await keystore.publicKey('any')).toEqual(refused);
    // With the old PIN back, only a second try could succeed.
    token.pkcs11Tool(['--change-pin', '--pin', '111111', '--new-pin', token.pin]);
    expect(await keystore.publicKey('any')).toEqual(refused);
    expect(keystore.processIds()).toEqual([]);
    await keystore.close();
  });
});

describeWithSoftHSM('PKCS#11 keystore that cannot be opened', () => {
  let token: SoftHSMToken;
  beforeAll(() => {
    token = new SoftHSMToken();
  });

  it.each([
    ['a module that is missing', { module: '/nonexistent/module.so' }, 'module'],
    ['a library that is no module', { module: 'libc.so.6' }, 'module'],
    ['a token that is not there', { tokenLabel: 'other' }, 'token'],
    ['pkcs11js that is not compiled', { missing: 'pkcs11js' }, 'npm rebuild pkcs11js'],
    ['koffi that is not installed', { missing: 'koffi' }, 'npm install'],
  ])('ADR 3: %s is keystore-unavailable with a remedy', async (_, change, remedy) => {
    const { missing, ...rest } = { missing: undefined, ...change };
    const environment = { ...token.environment, ...without(missing) };
    const opened = await openPkcs11Keystore({ ...optionsFor(token), environment, ...rest });
    expect(opened).toMatchObject({ ok: false, error: { code: 'keystore-unavailable' } });
    expect(JSON.stringify(opened)).toContain(remedy);
  });

  it('ADR 3: the PIN is in neither arguments nor environment of the child', async () => {
    const keystore = must(await openPkcs11Keystore(optionsFor(token)), 'open');
    for (const pid of keystore.processIds()) {
      const seen = ['cmdline', 'environ'].map((name) =>
        readFileSync(`/proc/${pid}/${name}`, 'latin1'),
      );
      expect(seen.join()).not.toContain(token.pin);
      expect(seen.join()).toContain('SOFTHSM2_CONF');
    }
    await keystore.close();
  });
});

function optionsFor(token: SoftHSMToken): Pkcs11KeystoreOptions {
  const { module, label: tokenLabel, pin, environment } = token;
  return { module, tokenLabel, pin, environment };
}

/** An environment in which a package cannot be loaded. */
function without(name: string | undefined): Record<string, string> {
  if (name === undefined) return {};
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(specifier, context, next) {
      if (specifier === '${name}') throw new Error('Cannot find module');
      return next(specifier, context);
    } });`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` };
}

function failure(code: string, label: string): object {
  return { ok: false, error: { code, label } };
}

function messagesOf(count: number): { packed: PackedMessages; each: Uint8Array[] } {
  const each = Array.from({ length: count }, (_, i) => Buffer.from(`message ${i}`));
  let end = 0;
  const ends = Uint32Array.from(each, ({ length }) => {
    end += length;
    return end;
  });
  return { packed: { bytes: Buffer.concat(each), ends }, each };
}

async function expectAllVerify(
  keystore: Pkcs11Keystore,
  label: string,
  algorithm: KeystoreSignatureAlgorithm,
  count: number,
): Promise<void> {
  const { packed, each } = messagesOf(count);
  const publicKey: PublicKey = must(await keystore.publicKey(label), label);
  const signatures = must(await keystore.signMany(label, algorithm, packed), label);
  const length = signatures.length / count;
  const spki = Buffer.from(publicKey.spki);
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const digest = algorithm.toLowerCase().includes('sha256') ? 'sha256' : 'sha384';
  const bad = each.filter((message, i) => {
    const signature = signatures.subarray(i * length, (i + 1) * length);
    return !verify(digest, message, { key, dsaEncoding: 'ieee-p1363' }, signature);
  });
  expect(bad).toEqual([]);
}
