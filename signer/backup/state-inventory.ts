import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, relative } from 'node:path';
import { CONFIG_FILE, type SignerConfig } from '../config.ts';
import type { KeystoreConfig } from '../keystore-config.ts';
import { AUDIT_FILE } from '../setup/state-files.ts';

/** A file of the state and its name in a backup. */
export interface StateFile {
  readonly path: string;
  /** Absolute. */
  readonly source: string;
  /** Where it is when it lies outside the state directory; null: under it, at `path`. */
  readonly belongsAt: string | null;
}

export interface Inventory {
  /** Everything but the database, which is copied by its own means. */
  readonly files: readonly StateFile[];
  /** What a signer needs besides, a sentence each. */
  readonly lacks: readonly string[];
}

/** Segments of the audit log that were closed. */
const AUDIT_FOLDER = 'audit';

/**
 * What belongs to a state: named here one by one, so that a passphrase or an operator's private key
 * that lies beside them is never taken along.
 */
export function stateInventory(
  state: string,
  config: SignerConfig,
  keys: 'included' | 'left-out',
): Inventory {
  const files = [
    inState(state, CONFIG_FILE),
    ...['client.json'].filter((file) => isFile(join(state, file))).map((f) => inState(state, f)),
    ...config.policy.map((file, i) => placed(state, file, `elsewhere/policy-${i + 1}`)),
    ...filesIn(state, 'tls').map((file) => inState(state, file)),
    ...certificatesIn(state, 'operators').map((file) => inState(state, file)),
    ...filesIn(state, AUDIT_FOLDER).map((file) => inState(state, file)),
    inState(state, AUDIT_FILE),
  ];
  const lacks = [
    ...(config.kv?.tokenEnvironment
      ? [`the token of the store, in the environment variable ${config.kv.tokenEnvironment}`]
      : []),
    'private keys of operators: each keeps a copy, or gets another certificate',
  ];
  for (const [name, keystore] of config.keystores) {
    lacks.push(...secretOf(name, keystore));
    if (keystore.type === 'file' && keys === 'included') {
      files.push(...keyFiles(state, name, keystore.directory));
    } else if (keystore.type === 'file') {
      lacks.push(`the keys of keystore ${name}: ${keystore.directory} (--with-keys takes them)`);
    } else {
      lacks.push(
        `the keys of keystore ${name}: they are in the token ${keystore.tokenLabel}, which has a backup of its own`,
      );
    }
  }
  return { files, lacks };
}

function secretOf(name: string, keystore: KeystoreConfig): readonly string[] {
  const [what, source] =
    keystore.type === 'file'
      ? (['passphrase', keystore.passphrase] as const)
      : (['PIN', keystore.pin] as const);
  if ('file' in source) return [`the ${what} of keystore ${name}, in ${source.file}`];
  if ('env' in source)
    return [`the ${what} of keystore ${name}, in the environment variable ${source.env}`];
  return [`the ${what} of keystore ${name}, which is typed at start`];
}

/** Encrypted PKCS#8 (RFC 5958) and nothing else. */
function keyFiles(state: string, keystore: string, directory: string): readonly StateFile[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.key.pem') && !name.startsWith('.'))
    .map((name) => join(directory, name))
    .filter(isEncryptedKey)
    .map((file) => placed(state, file, `elsewhere/${keystore}/${basename(file, '.key.pem')}`));
}

function inState(state: string, path: string): StateFile {
  return { path, source: join(state, path), belongsAt: null };
}

/** At its own path where that lies under the state directory, else under `otherwise`. */
function placed(state: string, file: string, otherwise: string): StateFile {
  const path = relative(state, file);
  if (!path.startsWith('..') && !isAbsolute(path)) return inState(state, path);
  const ending = file.endsWith('.key.pem') ? '.key.pem' : '.json';
  return { path: `${otherwise}${ending}`, source: file, belongsAt: file };
}

function filesIn(state: string, folder: string): readonly string[] {
  try {
    return readdirSync(join(state, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => isFile(join(state, path)))
      .sort();
  } catch {
    return [];
  }
}

function certificatesIn(state: string, folder: string): readonly string[] {
  return filesIn(state, folder).filter((path) => {
    const text = readFileSync(join(state, path), 'latin1');
    return text.startsWith('-----BEGIN CERTIFICATE-----') && !text.includes('PRIVATE KEY');
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isEncryptedKey(file: string): boolean {
  const begins = readFileSync(file, 'latin1').match(/^-----BEGIN .*$/gm) ?? [];
  return begins.length === 1 && begins[0] === '-----BEGIN ENCRYPTED PRIVATE KEY-----';
}
