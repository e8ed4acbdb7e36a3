import type { Result } from '../../shared/result.ts';
import type { Keystore, KeystoreError } from '../keystore/keystore.ts';

/** Told after each use of a key; `outcome` is `signed` or the code of the keystore's error. */
export type KeyUse = (
  use: { readonly key: string; readonly outcome: string },
  signatures: number,
) => void;

/** The same keystores, telling how often each key is used and to what end. */
export function countedKeystores(
  keystores: ReadonlyMap<string, Keystore>,
  tell: KeyUse,
): ReadonlyMap<string, Keystore> {
  return new Map([...keystores].map(([name, keystore]) => [name, counted(keystore, tell)]));
}

function counted(keystore: Keystore, tell: KeyUse): Keystore {
  const told = (key: string, signed: Result<Uint8Array, KeystoreError>, count: number) => {
    tell({ key, outcome: signed.ok ? 'signed' : signed.error.code }, count);
    return signed;
  };
  return {
    generateKey: (label, algorithm) => keystore.generateKey(label, algorithm),
    publicKey: (label) => keystore.publicKey(label),
    sign: async (label, algorithm, message) =>
      told(label, await keystore.sign(label, algorithm, message), 1),
    signMany: async (label, algorithm, messages) =>
      told(label, await keystore.signMany(label, algorithm, messages), messages.ends.length),
    close: () => keystore.close(),
  };
}
