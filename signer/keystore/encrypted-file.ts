import type { webcrypto } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Crypto } from '@peculiar/webcrypto';
import { err, ok, type Result } from '../../shared/result.ts';
import { encryptPkcs8 } from './encrypted-pkcs8.ts';
import { type FileKey, loadFileKey, packedSigner } from './file-key.ts';
import { keyFileExists, openKeyDirectory, writeKeyFile } from './key-files.ts';
import type {
  Keystore,
  KeystoreError,
  KeystoreKeyAlgorithm,
  KeystoreSignatureAlgorithm,
  PackedMessages,
  PublicKey,
} from './keystore.ts';
import { labelError } from './label.ts';
import { signInto } from './packed-signature.ts';
import { type SigningThreads, signingThreads } from './signing-threads.ts';

// What node:crypto takes when it opens an encrypted key.
const LONGEST_PASSPHRASE = 1024;

export interface FileKeystoreOptions {
  /** Holds one file a key, `<label>.key.pem`. Made with mode 0700 when missing; refused when wider. */
  readonly directory: string;
  /** 1 to 1,024 octets; a string is taken as UTF-8. Copied, and the copy erased by `close`. */
  readonly passphrase: Uint8Array | string;
  /** Salts, initialization vectors and temporary names. Keys come from OpenSSL's own generator. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** Signing threads, at least 1. Default: one a core. */
  readonly threads?: number;
}

/**
 * Keys in files: PKCS#8 encrypted under one passphrase. For tests, demonstrations and CAs whose
 * policy asks for no hardware module: while the process runs, decrypted keys are in its memory.
 * A passphrase is tried when a key is first used, once for each key.
 */
export async function openFileKeystore(
  options: FileKeystoreOptions,
): Promise<Result<Keystore, KeystoreError>> {
  const passphrase = Buffer.from(options.passphrase);
  if (passphrase.length === 0 || passphrase.length > LONGEST_PASSPHRASE) {
    return unavailable('the passphrase is empty or too long', 'give 1 to 1,024 octets');
  }
  const opened = await openKeyDirectory(options.directory);
  return opened.ok ? ok(new FileKeystore(options, passphrase)) : opened;
}

class FileKeystore implements Keystore {
  readonly #directory: string;
  readonly #passphrase: Buffer;
  readonly #randomBytes: (length: number) => Uint8Array;
  readonly #threads: SigningThreads;
  readonly #keys = new Map<string, Promise<Result<FileKey, KeystoreError>>>();
  #closed = false;

  constructor(options: FileKeystoreOptions, passphrase: Buffer) {
    this.#directory = options.directory;
    this.#passphrase = passphrase;
    this.#randomBytes = options.randomBytes;
    this.#threads = signingThreads(options.threads ?? availableParallelism());
  }

  async generateKey(
    label: string,
    algorithm: KeystoreKeyAlgorithm,
  ): Promise<Result<PublicKey, KeystoreError>> {
    const refused = labelError(label);
    if (refused !== undefined) return err(refused);
    if (this.#closed) return closedError();
    if (await keyFileExists(this.#directory, label)) return err({ code: 'key-exists', label });
    const pkcs8 = await newPkcs8(algorithm);
    const text = await encryptPkcs8(pkcs8, this.#passphrase, this.#randomBytes);
    pkcs8.fill(0);
    const written = await writeKeyFile(this.#directory, label, text, this.#randomBytes);
    // Read back from the disk: a key that cannot be opened again must not get a certificate.
    return written.ok ? this.publicKey(label) : written;
  }

  async publicKey(label: string): Promise<Result<PublicKey, KeystoreError>> {
    const key = await this.#key(label);
    return key.ok ? ok(key.value.publicKey) : key;
  }

  async sign(
    label: string,
    algorithm: KeystoreSignatureAlgorithm,
    message: Uint8Array,
  ): Promise<Result<Uint8Array, KeystoreError>> {
    const key = await this.#key(label);
    if (!key.ok) return key;
    const signer = packedSigner(key.value, algorithm);
    if (!signer.ok) return signer;
    const signature = new Uint8Array(signer.value.signatureLength);
    try {
      signInto(signer.value, message, signature, 0);
      return ok(signature);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown error';
      return err({ code: 'signing-failed', reason });
    }
  }

  async signMany(
    label: string,
    algorithm: KeystoreSignatureAlgorithm,
    messages: PackedMessages,
  ): Promise<Result<Uint8Array, KeystoreError>> {
    const key = await this.#key(label);
    if (!key.ok) return key;
    const signer = packedSigner(key.value, algorithm);
    return signer.ok ? this.#threads.sign(signer.value, messages) : signer;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#keys.clear();
    this.#passphrase.fill(0);
    await this.#threads.close();
  }

  /** Decrypted once and kept, as scrypt is slow on purpose; a failure is not kept. */
  async #key(label: string): Promise<Result<FileKey, KeystoreError>> {
    if (this.#closed) return closedError();
    const known = this.#keys.get(label);
    if (known !== undefined) return known;
    const loading = loadFileKey(this.#directory, label, this.#passphrase);
    this.#keys.set(label, loading);
    const key = await loading;
    if (!key.ok) this.#keys.delete(label);
    return key;
  }
}

/** A new PKCS#8 PrivateKeyInfo (RFC 5958), by the package that the owner of Inkan chose for it. */
async function newPkcs8(algorithm: KeystoreKeyAlgorithm): Promise<Uint8Array> {
  const { subtle } = new Crypto();
  const pair = await subtle.generateKey(webCryptoAlgorithm(algorithm), true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new TypeError('a key pair was asked for');
  return new Uint8Array(await subtle.exportKey('pkcs8', pair.privateKey));
}

function webCryptoAlgorithm(
  algorithm: KeystoreKeyAlgorithm,
): webcrypto.RsaHashedKeyGenParams | webcrypto.EcKeyGenParams | webcrypto.Algorithm {
  switch (algorithm.kind) {
    case 'rsa':
      return {
        name: 'RSASSA-PKCS1-v1_5',
        modulusLength: algorithm.modulusLength,
        publicExponent: Uint8Array.of(1, 0, 1),
        hash: 'SHA-256',
      };
    case 'ec':
      return { name: 'ECDSA', namedCurve: algorithm.namedCurve };
    case 'ed25519':
      return { name: 'Ed25519' };
  }
}

function closedError(): Result<never, KeystoreError> {
  return unavailable('the keystore was closed', 'open it again');
}

function unavailable(reason: string, remedy: string): Result<never, KeystoreError> {
  return err({ code: 'keystore-unavailable', reason, remedy });
}
