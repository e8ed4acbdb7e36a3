import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { ok } from '../../../../shared/result.ts';
import type { Keystore } from '../../../../signer/keystore/keystore.ts';
import type { SignerContext } from '../../../../signer/signer-context.ts';
import { openSigningDoor } from '../../../../signer/signing/signing-door.ts';
import { KEYSTORE, type SignerUnderTest } from '../issuance/signer-under-test.ts';
import { openKeysOf } from '../settlement/flaky-keystore.ts';

/** P-256 in memory: a year has dozens of responders, and a key in a file is stretched by scrypt. */
export async function withResponderKeysInMemory(
  test: SignerUnderTest,
): Promise<{ readonly context: SignerContext; close(): Promise<void> }> {
  const files = await openKeysOf(test);
  const keys = new Map<string, KeyObject>();
  const signature = (key: KeyObject, message: Uint8Array) =>
    new Uint8Array(sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' }));
  const memory: Keystore = {
    generateKey: async (label) => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      keys.set(label, privateKey);
      const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
      return ok({ spki, algorithm: { kind: 'ec', namedCurve: 'P-256' } });
    },
    publicKey: (label) => files.publicKey(label),
    sign: async (label, algorithm, message) => {
      const key = keys.get(label);
      return key ? ok(signature(key, message)) : files.sign(label, algorithm, message);
    },
    signMany: async (label, algorithm, messages) => {
      const key = keys.get(label);
      if (!key) return files.signMany(label, algorithm, messages);
      const packed = [...messages.ends].map((end, i) =>
        signature(key, messages.bytes.subarray(messages.ends[i - 1] ?? 0, end)),
      );
      return ok(new Uint8Array(Buffer.concat(packed)));
    },
    close: () => files.close(),
  };
  const door = openSigningDoor(new Map([[KEYSTORE, memory]]), test.context.audit);
  return { context: { ...test.context, door }, close: () => files.close() };
}
