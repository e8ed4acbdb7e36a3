import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type CertificatePolicy,
  decodeCertificatePolicy,
} from '../shared/policy/certificate-policy.ts';
import {
  decodeJSON,
  integer,
  type JSONDecoder,
  mapOf,
  nullable,
  object,
  oneOf,
  text,
} from '../shared/policy/json-decoder.ts';
import { err, ok, type Result } from '../shared/result.ts';
import type { PassphraseSource } from './keystore/passphrase.ts';
import type { StartError } from './service.ts';

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

/** `<state>/config.json`, read once at start; relative paths are under the state directory. */
export interface SignerConfig {
  readonly policy: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly keystores: ReadonlyMap<string, KeystoreConfig>;
  readonly publication: {
    readonly name: string;
    readonly keystore: string;
    readonly keyLabel: string;
  };
  /** null: nothing is published until a store is named. */
  readonly kv: { readonly url: string; readonly tokenEnvironment: string | null } | null;
  readonly head: {
    readonly lifetimeSeconds: number;
    readonly renewSeconds: number;
    readonly intervalMilliseconds: number;
  };
}

const NAME = /^[a-z0-9][a-z0-9-]{0,47}$/;
const path = text(/^[^\0]{1,4096}$/, 'a path');

const secret: JSONDecoder<PassphraseSource> = (value, at) => {
  const file = object({ file: path })(value, at);
  if (file.ok) return file;
  const env = object({
    env: text(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable'),
  })(value, at);
  if (env.ok) return env;
  const prompt = object({ prompt: text(/^[ -~]{1,80}$/, 'a line to show') })(value, at);
  return prompt.ok ? prompt : file;
};

const keystore: JSONDecoder<KeystoreConfig> = (value, at) => {
  const file = object({ type: oneOf('file'), directory: path, passphrase: secret })(value, at);
  if (file.ok) return file;
  const pkcs11 = object({
    type: oneOf('pkcs11'),
    module: path,
    tokenLabel: text(/^[ -~]{1,32}$/, 'a token label'),
    pin: secret,
  })(value, at);
  return pkcs11.ok || pkcs11.error.path === `${at}.type` ? (pkcs11.ok ? pkcs11 : file) : pkcs11;
};

/** Under an hour, so that a frozen edge is noticed (architecture 1). */
const HEAD_RENEW_MOST = 3_600;

const config = object({
  format: oneOf('inkan-config-1'),
  policy: path,
  listen: object({ host: text(/^[!-~]{1,255}$/, 'a host'), port: integer(0, 65_535) }),
  keystores: mapOf(NAME, keystore),
  publication: object({
    name: text(/^[A-Za-z0-9][A-Za-z0-9./:_-]{0,127}$/, 'a key name without spaces or +'),
    keystore: text(NAME, 'a keystore'),
    keyLabel: text(NAME, 'a key label'),
  }),
  kv: nullable(
    object({
      url: text(/^https?:\/\/[!-~]+[^/]$/, 'an http or https URL without a slash at its end'),
      tokenEnvironment: nullable(
        text(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable'),
      ),
    }),
  ),
  head: object({
    lifetimeSeconds: integer(60, 86_400),
    renewSeconds: integer(10, HEAD_RENEW_MOST),
    intervalMilliseconds: integer(0, 60_000),
  }),
});

function malformed(
  file: string,
  reason: string,
): { readonly ok: false; readonly error: StartError } {
  return err({
    code: 'config-malformed',
    reason: `${file}: ${reason}`,
    remedy: 'Mend the file; docs/operations.md lists its fields.',
  });
}

export const CONFIG_FILE = 'config.json';

export function readConfig(state: string): Result<SignerConfig, StartError> {
  const file = join(state, CONFIG_FILE);
  let json: string;
  try {
    json = readFileSync(file, 'utf8');
  } catch {
    return err({
      code: 'state-missing',
      reason: `${state} is not a state directory: it has no ${CONFIG_FILE}`,
      remedy: 'Make one with `inkan init --state DIR --policy FILE`, or name it with --state.',
    });
  }
  const decoded = decodeJSON(json, config);
  if (!decoded.ok) return malformed(file, `${decoded.error.path} ${decoded.error.reason}`);
  const keystores = new Map(
    [...decoded.value.keystores].map(([name, value]) => [name, absolute(state, value)]),
  );
  if (!keystores.has(decoded.value.publication.keystore))
    return malformed(file, 'publication.keystore names no keystore');
  return ok({ ...decoded.value, policy: resolve(state, decoded.value.policy), keystores });
}

function absoluteSecret(state: string, source: PassphraseSource): PassphraseSource {
  return 'file' in source ? { file: resolve(state, source.file) } : source;
}

function absolute(state: string, value: KeystoreConfig): KeystoreConfig {
  if (value.type === 'file') {
    return {
      ...value,
      directory: resolve(state, value.directory),
      passphrase: absoluteSecret(state, value.passphrase),
    };
  }
  return { ...value, pin: absoluteSecret(state, value.pin) };
}

export function readPolicy(file: string): Result<CertificatePolicy, StartError> {
  const refuse = (reason: string) =>
    err({
      code: 'policy-malformed',
      reason: `${file}: ${reason}`,
      remedy: 'Mend the policy file.',
    } as const);
  try {
    const decoded = decodeCertificatePolicy(readFileSync(file, 'utf8'));
    return decoded.ok ? decoded : refuse(`${decoded.error.path} ${decoded.error.reason}`);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}
