import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  decodePublicationKey,
  encodePublicationKey,
  isPublicationKeyName,
} from '../../../../shared/snapshot/head.ts';
import { hexOf, joined } from '../../../support/octets.ts';

/** The note that the tests of golang.org/x/mod/sumdb/note sign, with its verifier key. */
const VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const TEXT =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n";
const SIGNATURE =
  'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=';

const decoded = () => {
  const key = decodePublicationKey(VKEY);
  if (!key.ok) throw new Error(key.error.reason);
  return key.value;
};

describe('verifier key', () => {
  it('C2SP signed-note: name, key ID and Ed25519 key of a key made by Go', () => {
    const key = decoded();
    expect(key.name).toBe('PeterNeumann');
    expect(hexOf(key.keyHash)).toBe('c74f20a3');
    expect(key.publicKey).toHaveLength(32);
    expect(encodePublicationKey(key)).toBe(VKEY);
  });

  it('C2SP signed-note: the key ID is SHA-256 of name, 0A, 01 and key, as node:crypto has it', () => {
    const { name, keyHash, publicKey } = decoded();
    const hashed = joined(Buffer.from(`${name}\n\u0001`, 'latin1'), publicKey);
    expect(hexOf(createHash('sha256').update(hashed).digest().subarray(0, 4))).toBe(hexOf(keyHash));
  });

  it('C2SP signed-note: the key verifies the note that Go signed', () => {
    const x = Buffer.from(decoded().publicKey).toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    const signature = Buffer.from(SIGNATURE, 'base64').subarray(4);
    expect(verify(null, Buffer.from(TEXT), key, signature)).toBe(true);
  });

  const key = 'ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  it.each([
    ['nothing', ''],
    ['no key', 'PeterNeumann+c74f20a3'],
    ['an empty name', `+c74f20a3+${key}`],
    ['a space in the name', `Peter Neumann+c74f20a3+${key}`],
    ['a name that is not ASCII', `Pétér+c74f20a3+${key}`],
    ['a line end in the name', `Peter\nNeumann+c74f20a3+${key}`],
    ['a name of 129 characters', `${'a'.repeat(129)}+c74f20a3+${key}`],
    ['a key ID in capitals', `PeterNeumann+C74F20A3+${key}`],
    ['a key ID of three octets', `PeterNeumann+c74f20+${key}`],
    ['a key ID of five octets', `PeterNeumann+c74f20a300+${key}`],
    ['ECDSA', `PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW`],
    ['31 octets of key', 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q='],
    ['33 octets of key', `PeterNeumann+c74f20a3+${key.slice(0, -4)}10TWAA==`],
    ['base64url', `PeterNeumann+c74f20a3+${key.replace('/', '_')}`],
    ['a line end after it', `${VKEY}\n`],
    ['a space after it', `${VKEY} `],
  ])('C2SP signed-note: refused: %s', (_, text) => {
    const result = decodePublicationKey(text);
    expect(result.ok).toBe(false);
    expect(!result.ok && result.error.part).toBe('head');
  });

  it.each(['ca.example/snapshot', 'a', 'localhost:8787/x_y-z', 'A'.repeat(128)])(
    'C2SP signed-note: %s may name a key',
    (name) => expect(isPublicationKeyName(name)).toBe(true),
  );

  it.each(['', '/a', 'a b', 'a+b', 'a\n', 'a\t', 'é', 'A'.repeat(129)])(
    'C2SP signed-note: %j may not',
    (name) => expect(isPublicationKeyName(name)).toBe(false),
  );
});
