import { resolve } from 'node:path';
import {
  choice,
  type Decode,
  either,
  matching,
  required,
  strictObject,
} from '../shared/json-fields.ts';
import type { PassphraseSource } from './keystore/passphrase.ts';
import { environmentVariable } from './publication-config.ts';

/** Where a passphrase or PIN is read from at start. */
export type SecretConfig = PassphraseSource;

/** Where one keystore lives and what opens it. */
export type KeystoreConfig =
  | { readonly type: 'file'; readonly directory: string; readonly passphrase: PassphraseSource }
  | {
      readonly type: 'pkcs11';
      readonly module: string;
      readonly tokenLabel: string;
      readonly pin: PassphraseSource;
    };

export const path: Decode<string> = matching(/^[^\0]{1,4096}$/, 'a path');

const secret: Decode<SecretConfig> = either(
  strictObject<{ readonly file: string }>({ file: required(path) }),
  either(
    strictObject<{ readonly env: string }>({ env: required(environmentVariable) }),
    strictObject<{ readonly prompt: string }>({
      prompt: required(matching(/^[ -~]{1,80}$/, 'a line to show')),
    }),
  ),
);

type FileConfig = Extract<KeystoreConfig, { type: 'file' }>;
type Pkcs11Config = Extract<KeystoreConfig, { type: 'pkcs11' }>;

const fileKeystore: Decode<FileConfig> = strictObject<FileConfig>({
  type: required(choice('file')),
  directory: required(path),
  passphrase: required(secret),
});

const pkcs11Keystore: Decode<Pkcs11Config> = strictObject<Pkcs11Config>({
  type: required(choice('pkcs11')),
  module: required(path),
  tokenLabel: required(matching(/^[ -~]{1,32}$/, 'a token label')),
  pin: required(secret),
});

/** By its type first, so that what is wrong is told of the right kind. */
export const keystoreConfig: Decode<KeystoreConfig> = (value, pointer) => {
  const pkcs11 = pkcs11Keystore(value, pointer);
  return pkcs11.ok || isPkcs11(value) ? pkcs11 : fileKeystore(value, pointer);
};

function isPkcs11(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'pkcs11';
}

function absoluteSecret(state: string, source: PassphraseSource): PassphraseSource {
  return 'file' in source ? { file: resolve(state, source.file) } : source;
}

/** Relative paths are under the state directory. */
export function absoluteKeystore(state: string, value: KeystoreConfig): KeystoreConfig {
  if (value.type === 'file') {
    return {
      ...value,
      directory: resolve(state, value.directory),
      passphrase: absoluteSecret(state, value.passphrase),
    };
  }
  return { ...value, pin: absoluteSecret(state, value.pin) };
}
