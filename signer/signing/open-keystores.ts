import process from 'node:process';
import { err, ok, type Result } from '../../shared/result.ts';
import { openFileKeystore } from '../keystore/encrypted-file.ts';
import type { Keystore, KeystoreError } from '../keystore/keystore.ts';
import { type PassphraseError, readPassphrase } from '../keystore/passphrase.ts';
import { openPkcs11Keystore } from '../keystore/pkcs11.ts';
import type { KeystoreConfig, SecretConfig } from '../keystore-config.ts';
import type { StartError } from '../service.ts';

export interface KeystoreWorld {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly randomBytes: (length: number) => Uint8Array;
}

/** A passphrase that the configuration, or a command, says where to find; asked for on this terminal. */
export async function readSecret(
  source: SecretConfig,
  environment: KeystoreWorld['environment'],
): Promise<Result<Uint8Array, StartError>> {
  const terminal = { input: process.stdin, output: process.stderr };
  const secret = await readPassphrase(source, { environment, terminal });
  return secret.ok ? secret : err(secretProblem(secret.error));
}

/** Opens every keystore of the configuration, or none. */
export async function openKeystores(
  configs: ReadonlyMap<string, KeystoreConfig>,
  world: KeystoreWorld,
): Promise<Result<ReadonlyMap<string, Keystore>, StartError>> {
  const keystores = new Map<string, Keystore>();
  for (const [name, config] of configs) {
    const keystore = await openKeystore(config, world);
    if (!keystore.ok) {
      for (const open of keystores.values()) await open.close();
      return err({ ...keystore.error, reason: `keystore ${name}: ${keystore.error.reason}` });
    }
    keystores.set(name, keystore.value);
  }
  return ok(keystores);
}

async function openKeystore(
  config: KeystoreConfig,
  world: KeystoreWorld,
): Promise<Result<Keystore, StartError>> {
  const { environment, randomBytes } = world;
  const source = config.type === 'file' ? config.passphrase : config.pin;
  const secret = await readSecret(source, environment);
  if (!secret.ok) return secret;
  const opened =
    config.type === 'file'
      ? await openFileKeystore({
          directory: config.directory,
          passphrase: secret.value,
          randomBytes,
        })
      : await openPkcs11Keystore({
          module: config.module,
          tokenLabel: config.tokenLabel,
          pin: secret.value,
          environment: childEnvironment(environment, source),
        });
  return opened.ok ? opened : err(openProblem(opened.error));
}

/** The child sees neither the PIN's variable nor any other secret by name. */
function childEnvironment(
  environment: KeystoreWorld['environment'],
  source: object,
): Readonly<Record<string, string>> {
  const hidden = 'env' in source ? source.env : undefined;
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || name === hidden || /PASS|PIN|TOKEN|SECRET/.test(name)) continue;
    kept[name] = value;
  }
  return kept;
}

function secretProblem(error: PassphraseError): StartError {
  const refused = (reason: string, remedy: string): StartError => ({
    code: 'passphrase-refused',
    reason,
    remedy,
  });
  switch (error.code) {
    case 'passphrase-file-unreadable':
      return refused(`${error.file} cannot be read: ${error.reason}`, 'Name a readable file.');
    case 'passphrase-file-exposed':
      return refused(
        `others may read ${error.file} (mode ${error.mode})`,
        `Run \`chmod 600 ${error.file}\`.`,
      );
    case 'passphrase-variable-unset':
      return refused(
        `the environment variable ${error.env} is not set`,
        'Set it, or name a file in the configuration.',
      );
    case 'passphrase-no-terminal':
      return refused('there is no terminal to ask on', 'Name a file or an environment variable.');
    case 'passphrase-cancelled':
      return refused('no passphrase was given', 'Start again.');
    case 'passphrase-empty':
      return refused('the passphrase is empty', 'Give one that is not.');
  }
}

function openProblem(error: KeystoreError): StartError {
  if (error.code === 'keystore-unavailable') {
    return { code: 'keystore-unavailable', reason: error.reason, remedy: error.remedy };
  }
  if (error.code === 'pin-incorrect') {
    return {
      code: 'passphrase-refused',
      reason: 'the token refused the PIN',
      remedy: 'Check the PIN before you try again: tokens lock after a few wrong ones.',
    };
  }
  const reason = 'reason' in error ? error.reason : error.code;
  return {
    code: 'keystore-unavailable',
    reason,
    remedy: 'Check the configuration of this keystore.',
  };
}
