import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fingerprintOfSPKI } from '../../../../signer/database/key-functions.ts';
import { debianFingerprint } from '../../../../signer/weak-keys/debian-keys.ts';
import { DEBIAN_ARCHITECTURES } from '../../../../signer/weak-keys/debian-random.ts';
import { hexOf, octets, tlv } from '../../../support/octets.ts';

/**
 * SHA-256 of the modulus or x-coordinate of keys in badkeys/debianopenssl, which the programs of 2006
 * to 2008 made themselves.
 */
const MADE_BY_DEBIAN = [
  ['P-256', 'le64', 'rnd', 1, '05590adde115cbb6e4fd46105d98ac6e694f8f78943524ee99a8c08bda9f676d'],
  [
    'P-256',
    'le64',
    'rnd',
    1234,
    'c7c2b7c2830c3dca55f7e31849cc3140b24bf3a37a7387451e82d87090d99ab4',
  ],
  [
    'P-256',
    'le64',
    'nornd-new',
    1,
    'dd707e83e4c93f02e373d74a5318ac9405d23203bcb0d354ebc0b407f42ec099',
  ],
  [
    'P-256',
    'le64',
    'nornd-old',
    1,
    '2bfa2dd105d2002cedeba0c5648bf781ab041cfb6993a7812b64a8f1ac1a5d60',
  ],
  ['P-256', 'le32', 'rnd', 1, '5c9c553d564ecc652603157d69ef1cd6f16149b6c2a1852c1543ee073f86ee1e'],
  [
    'P-256',
    'le32',
    'nornd-new',
    0,
    '3f221250aac675281b2f7c0e2e57c29662ab2407b569d0d1a1bddccf3361a565',
  ],
  ['P-256', 'be32', 'rnd', 1, 'cec6a750a942c9af86a0d8e73c9c1f2a76c20c21c315139f1f388d85116e44e6'],
  ['P-384', 'le64', 'rnd', 1, '2d19ff62d098a96d802e123f371129526d794354de74ec8b8a9d11cf48469f4b'],
  [
    'P-384',
    'be32',
    'nornd-old',
    32767,
    '5566bff91f784d6d56209b5dd8a610c1b23ec4122143e3df52262b22475c7307',
  ],
  [
    'RSA-2048',
    'be32',
    'rnd',
    1000,
    '73c10a68944638892cd12e1ce8cbdb265ec511a7205b896e0058ca80269d633c',
  ],
  [
    'RSA-3072',
    'be32',
    'ssh',
    1000,
    'a5e5d0bf9184f2a59f70128ba417897810e4c374751863c55856689ef9971631',
  ],
] as const;

const architectureNamed = (name: string) => {
  const found = DEBIAN_ARCHITECTURES.find((architecture) => architecture.name === name);
  if (!found) throw new Error(name);
  return found;
};

describe("Debian's weak keys", () => {
  it.each(MADE_BY_DEBIAN)(
    'CSR-7: the %s key of %s, %s, process %d is the one that Debian made',
    (kind, architecture, program, processId, fingerprint) => {
      const made = debianFingerprint(kind, architectureNamed(architecture), program, processId);
      expect(hexOf(made)).toBe(fingerprint);
    },
    60_000,
  );

  it('CSR-7: another process, architecture or program makes another key', () => {
    const le64 = architectureNamed('le64');
    const made = [
      debianFingerprint('P-256', le64, 'rnd', 1),
      debianFingerprint('P-256', le64, 'rnd', 2),
      debianFingerprint('P-256', le64, 'nornd-new', 1),
      debianFingerprint('P-256', architectureNamed('le32'), 'rnd', 1),
      debianFingerprint('P-384', le64, 'rnd', 1),
    ];
    expect(new Set(made.map(hexOf)).size).toBe(made.length);
  });
});

describe('fingerprints of keys', () => {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

  it('CSR-7: SHA-256 of the modulus as node:crypto exports it', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
    const { n = '' } = publicKey.export({ format: 'jwk' });
    const fingerprint = fingerprintOfSPKI(spki) ?? new Uint8Array(0);
    expect(hexOf(fingerprint)).toBe(sha256(Buffer.from(n, 'base64url')));
  });

  it('CSR-7: leading zeros of an x-coordinate are left out, and a key of another kind has none', () => {
    const p256 = octets('30 13 06 07 2a 86 48 ce 3d 02 01 06 08 2a 86 48 ce 3d 03 01 07');
    const x = new Uint8Array(32).fill(7, 2);
    const point = tlv(0x03, octets('00 04'), x, new Uint8Array(32));
    const fingerprint = fingerprintOfSPKI(tlv(0x30, p256, point)) ?? new Uint8Array(0);
    expect(hexOf(fingerprint)).toBe(sha256(x.subarray(2)));
    const { publicKey } = generateKeyPairSync('ed25519');
    expect(fingerprintOfSPKI(publicKey.export({ format: 'der', type: 'spki' }))).toBeNull();
  });
});
