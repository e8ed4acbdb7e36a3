import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import {
  type FileKeystoreOptions,
  openFileKeystore,
} from '../../../../signer/keystore/encrypted-file.ts';
import type { Keystore, KeystoreKeyAlgorithm } from '../../../../signer/keystore/keystore.ts';
import { describeWithOpenSSL, opensslOk, ScratchDirectory } from '../../../support/openssl.ts';
import { opensslVerifies } from './openssl-verify.ts';

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
  ['rsa-2048', { kind: 'rsa', modulusLength: 2048 }],
  ['rsa-3072', { kind: 'rsa', modulusLength: 3072 }],
  ['rsa-4096', { kind: 'rsa', modulusLength: 4096 }],
  ['p-256', { kind: 'ec', namedCurve: 'P-256' }],
  ['p-384', { kind: 'ec', namedCurve: 'P-384' }],
  ['ed25519', { kind: 'ed25519' }],
];

const SIGNATURES = [
  ['rsa-2048', 'sha256WithRSAEncryption', 'sha256', 256],
  // TSA certificates of RootCA1 alone (CRT-5).
  ['rsa-2048', 'sha1WithRSAEncryption', 'sha1', 256],
  ['rsa-3072', 'sha256WithRSAEncryption', 'sha256', 384],
  ['rsa-4096', 'sha384WithRSAEncryption', 'sha384', 512],
  ['p-256', 'ecdsa-with-SHA256', 'sha256', 64],
  ['p-384', 'ecdsa-with-SHA384', 'sha384', 96],
  ['ed25519', 'Ed25519', 'none', 64],
] as const;

let keystore: Keystore;

beforeAll(async () => {
  keystore = await open();
  for (const [label, algorithm] of KEYS) must(await keystore.generateKey(label, algorithm), label);
}, 120_000);
afterAll(() => keystore.close());

describeWithOpenSSL('format of the key files', () => {
  it.each(KEYS)('RFC 5958 3: openssl decrypts the %s key and finds it sound', async (label) => {
    const input = ['pkey', '-in', keyFile(label), '-passin', `pass:${PASSPHRASE}`];
    const spki = opensslOk([...input, '-pubout', '-outform', 'DER']).stdout;
    const publicKey = must(await keystore.publicKey(label), label);
    expect(Buffer.from(spki).equals(publicKey.spki)).toBe(true);
    if (label !== 'ed25519') opensslOk([...input, '-check', '-noout']);
  });

  it('RFC 7914 7: the key file says scrypt and AES-256-CBC, N 16384, r 8, p 5', () => {
    const { text } = opensslOk(['asn1parse', '-in', keyFile('p-256')]);
    expect(text).toContain(':PBES2');
    expect(text).toMatch(/:(?:id-)?scrypt/);
    expect(text).toContain(':aes-256-cbc');
    const integers = [...text.matchAll(/INTEGER\s+:([0-9A-F]+)/g)].map(([, hex]) => hex);
    expect(integers).toEqual(['4000', '08', '05']);
  });

  it('RFC 7914 7: salt and initialization vector are 16 octets and differ between keys', () => {
    const random = ['p-256', 'p-384'].flatMap((label) => {
      const { text } = opensslOk(['asn1parse', '-in', keyFile(label)]);
      return [...text.matchAll(/\[HEX DUMP\]:([0-9A-F]{32})$/gm)].map(([, hex]) => hex);
    });
    expect(random.length).toBe(4);
    expect(new Set(random).size).toBe(4);
  });
});

describeWithOpenSSL('signatures of the file keystore', () => {
  it.each(SIGNATURES)(
    'RFC 8017 8.2, FIPS 186-5 6.4, RFC 8032: openssl verifies a signature by %s with %s',
    async (label, algorithm, digest, length) => {
      const publicKey = must(await keystore.publicKey(label), label);
      const message = Buffer.from('to be signed');
      const signature = must(await keystore.sign(label, algorithm, message), label);
      expect(signature.length).toBe(length);
      expect(opensslVerifies(scratch, publicKey, digest, message, signature)).toBe(true);
      const other = Buffer.from('to be singed');
      expect(opensslVerifies(scratch, publicKey, digest, other, signature)).toBe(false);
    },
  );

  it.each(KEYS)(
    'ADR 3: a %s key with an algorithm of another kind is refused',
    async (label, { kind }) => {
      const algorithm = kind === 'ec' ? 'sha256WithRSAEncryption' : 'ecdsa-with-SHA256';
      const refused = { ok: false, error: { code: 'algorithm-unsupported', algorithm } };
      expect(await keystore.sign(label, algorithm, new Uint8Array(1))).toEqual(refused);
      const one = { bytes: new Uint8Array(1), ends: Uint32Array.of(1) };
      expect(await keystore.signMany(label, algorithm, one)).toEqual(refused);
    },
  );
});
