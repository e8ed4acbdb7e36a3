import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { openFileKeystore } from '../../../../signer/keystore/encrypted-file.ts';
import type { Keystore, PackedMessages, PublicKey } from '../../../../signer/keystore/keystore.ts';
import { splitMessages } from '../../../../signer/keystore/packed-messages.ts';
import { ScratchDirectory } from '../../../support/openssl.ts';

const scratch = new ScratchDirectory();

/** Messages of lengths 0, 1, 2, … in a pooled Buffer that does not begin at its ArrayBuffer. */
function messagesOf(count: number): { packed: PackedMessages; each: Uint8Array[] } {
  const each = Array.from({ length: count }, (_, i) => new Uint8Array(i % 50).fill(i));
  const bytes = Buffer.concat([Buffer.alloc(3), ...each]).subarray(3);
  let end = 0;
  const ends = Uint32Array.from(each, ({ length }) => {
    end += length;
    return end;
  });
  return { packed: { bytes, ends }, each };
}

describe('signMany in threads', () => {
  let keystore: Keystore;
  const publicKeys = new Map<string, PublicKey>();

  beforeAll(async () => {
    const options = { directory: scratch.file('k'), passphrase: 'x', randomBytes, threads: 2 };
    keystore = must(await openFileKeystore(options), 'open');
    const p256 = await keystore.generateKey('p-256', { kind: 'ec', namedCurve: 'P-256' });
    publicKeys.set('p-256', must(p256, 'P-256'));
    publicKeys.set(
      'ed25519',
      must(await keystore.generateKey('ed25519', { kind: 'ed25519' }), 'ed'),
    );
    const rsa = await keystore.generateKey('rsa', { kind: 'rsa', modulusLength: 2048 });
    publicKeys.set('rsa', must(rsa, 'RSA'));
  }, 60_000);
  afterAll(() => keystore.close());

  it.each([
    ['p-256', 'ecdsa-with-SHA256', 'sha256', 64, 1001],
    ['ed25519', 'Ed25519', null, 64, 101],
    ['rsa', 'sha384WithRSAEncryption', 'sha384', 256, 21],
    ['p-256', 'ecdsa-with-SHA384', 'sha384', 64, 1],
    ['p-256', 'ecdsa-with-SHA256', 'sha256', 64, 0],
  ] as const)('ADR 3: %s with %s (%s): each signature is of its own message', async (...row) => {
    const [label, algorithm, digest, length, count] = row;
    const { packed, each } = messagesOf(count);
    const before = Buffer.from(packed.bytes);
    const signatures = must(await keystore.signMany(label, algorithm, packed), label);
    expect(signatures.length).toBe(count * length);
    const spki = Buffer.from(publicKeys.get(label)?.spki ?? []);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const bad = each.filter((message, i) => {
      const signature = signatures.subarray(i * length, (i + 1) * length);
      return !verify(digest, message, { key, dsaEncoding: 'ieee-p1363' }, signature);
    });
    expect(bad).toEqual([]);
    expect(before.equals(packed.bytes)).toBe(true);
  });

  it('ADR 3: calls under way at the same time do not mix', async () => {
    const { packed } = messagesOf(60);
    const calls = Array.from({ length: 5 }, () => keystore.signMany('ed25519', 'Ed25519', packed));
    const answers = await Promise.all(calls);
    const [first] = answers;
    for (const answer of answers) expect(answer).toEqual(first);
  });

  it('ADR 3: offsets that fit no message give signing-failed and no signature', async () => {
    const packed = { bytes: new Uint8Array(10), ends: Uint32Array.of(5, 4, 10) };
    const answer = await keystore.signMany('ed25519', 'Ed25519', packed);
    expect(answer).toMatchObject({ ok: false, error: { code: 'signing-failed' } });
  });

  it('ADR 3: runs are in order, of almost equal count, and lose no message', () => {
    const { packed } = messagesOf(11);
    const runs = splitMessages(packed, 3);
    expect(runs.map(({ ends }) => ends.length)).toEqual([3, 4, 4]);
    expect(Buffer.concat(runs.map(({ bytes }) => bytes)).equals(packed.bytes)).toBe(true);
    expect(splitMessages(packed, 50).length).toBe(11);
  });
});
