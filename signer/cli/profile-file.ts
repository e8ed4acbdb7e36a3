import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  type Decode,
  either,
  matching,
  optional,
  required,
  strictObject,
  text,
} from '../../shared/json-fields.ts';
import { ok, type Result } from '../../shared/result.ts';
import { decodeJSON } from '../api/json.ts';
import { type Failure, usageFailure } from './command.ts';
import type { SecretSource } from './options.ts';

/** How to reach a signer and as whom; absolute paths. */
export interface ProfileFiles {
  readonly signer: string;
  readonly operatorCA: string;
  readonly identity:
    | { readonly kind: 'pem'; readonly certificate: string; readonly key: string }
    | { readonly kind: 'pkcs12'; readonly file: string };
  /** Absent: asked for, where one is needed. */
  readonly passphrase?: SecretSource;
}

type PassphraseJSON = { readonly file: string } | { readonly env: string };

/** `client.json`; paths are relative to its own folder. */
type ProfileJSON = {
  readonly signer: string;
  readonly operatorCA: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly pkcs12?: string;
  readonly passphrase?: PassphraseJSON;
};

const path = text(1_000);
const variable = matching(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable');

const passphrase: Decode<PassphraseJSON> = either(
  strictObject<{ readonly file: string }>({ file: required(path) }),
  strictObject<{ readonly env: string }>({ env: required(variable) }),
);

const profileJSON: Decode<ProfileJSON> = strictObject<ProfileJSON>({
  signer: required(path),
  operatorCA: required(path),
  certificate: optional(path),
  key: optional(path),
  pkcs12: optional(path),
  passphrase: optional(passphrase),
});

/** `remedy` is for a file that is not there. */
export async function readProfileFile(
  file: string,
  remedy: string,
): Promise<Result<ProfileFiles, Failure>> {
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return usageFailure(`cannot read ${file}`, remedy);
  const json = decodeJSON(bytes);
  const decoded = json.ok ? profileJSON(json.value, '') : json;
  if (!decoded.ok) {
    const pointer = 'pointer' in decoded.error ? `${decoded.error.pointer} ` : '';
    return usageFailure(`${file}: ${pointer}${decoded.error.reason}`, 'repair this file');
  }
  const at = (name: string) => resolve(dirname(file), name);
  const { signer, operatorCA, certificate, key, pkcs12, passphrase: secret } = decoded.value;
  const identity = identityFiles({ certificate, key, pkcs12 }, at);
  if (!identity)
    return usageFailure(
      `${file} names neither certificate and key nor pkcs12`,
      'give the two, or pkcs12 in their place',
    );
  const base = { signer, operatorCA: at(operatorCA), identity };
  if (secret === undefined) return ok(base);
  const source: SecretSource =
    'file' in secret
      ? { kind: 'file', path: at(secret.file) }
      : { kind: 'environment', name: secret.env };
  return ok({ ...base, passphrase: source });
}

/** Certificate and key, or one PKCS#12 file that has both; never parts of each. */
export function identityFiles(
  {
    certificate,
    key,
    pkcs12,
  }: { readonly [name in 'certificate' | 'key' | 'pkcs12']: string | undefined },
  absolute: (path: string) => string,
): ProfileFiles['identity'] | undefined {
  if (pkcs12 !== undefined)
    return certificate === undefined && key === undefined
      ? { kind: 'pkcs12', file: absolute(pkcs12) }
      : undefined;
  if (certificate === undefined || key === undefined) return undefined;
  return { kind: 'pem', certificate: absolute(certificate), key: absolute(key) };
}
