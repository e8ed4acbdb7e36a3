import { concatBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Seconds } from '../../shared/time.ts';
import { algorithmText, signatureLength, signingPlan } from './key-kind.ts';
import type {
  Keystore,
  KeystoreError,
  KeystoreKeyAlgorithm,
  KeystoreSignatureAlgorithm,
  PackedMessages,
  PublicKey,
} from './keystore.ts';
import { labelError } from './label.ts';
import { mechanismFor, pkcs11Inputs } from './pkcs11-digest.ts';
import { Pkcs11Process } from './pkcs11-process.ts';
import type { Pkcs11Answer, Pkcs11Request } from './pkcs11-protocol.ts';
import { publicKeyOf } from './pkcs11-public-key.ts';

export interface Pkcs11KeystoreOptions {
  /** Path of the vendor's PKCS#11 module, a shared library. */
  readonly module: string;
  /** CK_TOKEN_INFO.label; exactly one present token must have it. */
  readonly tokenLabel: string;
  /** The user's PIN. Kept while the keystore is open, as a child that died must log in again. */
  readonly pin: Uint8Array | string;
  /** The whole environment of the child; modules find their configuration there. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Child processes, each with its own login, at least 1. Default 1; more use more cores. */
  readonly processes?: number;
  /** After this long without an answer the module counts as hung. Default 300. */
  readonly replyTimeout?: Seconds;
}

export interface Pkcs11Keystore extends Keystore {
  /** Process ids of the children that are running. */
  readonly processIds: () => readonly number[];
}

const DEFAULT_REPLY_TIMEOUT: Seconds = 300;

// A request is at most 17 kB, and seconds of work for a slow token, well inside the reply timeout.
const DIGESTS_PER_REQUEST = 256;

/**
 * Keys in a PKCS#11 token, reached through child processes. Logs in before it answers, so that a
 * wrong PIN or a missing module is known at once. Does not make or use Ed25519 keys.
 */
export async function openPkcs11Keystore(
  options: Pkcs11KeystoreOptions,
): Promise<Result<Pkcs11Keystore, KeystoreError>> {
  const { module, tokenLabel, environment, replyTimeout = DEFAULT_REPLY_TIMEOUT } = options;
  const pin = Uint8Array.from(Buffer.from(options.pin));
  const open = { type: 'open', module, tokenLabel, pin } as const;
  const pinLatch = { refused: false };
  const processes = Array.from(
    { length: options.processes ?? 1 },
    () => new Pkcs11Process({ open, environment, replyTimeout, pinLatch }),
  );
  const keystore = new TokenKeystore(processes, pin);
  // One first, and the others on demand: a wrong PIN is tried once.
  const opened = await processes[0]?.open();
  if (opened?.type !== 'failed') return ok(keystore);
  await keystore.close();
  return err(opened.error);
}

class TokenKeystore implements Pkcs11Keystore {
  readonly #processes: readonly Pkcs11Process[];
  readonly #pin: Uint8Array;
  readonly #publicKeys = new Map<string, PublicKey>();

  constructor(processes: readonly Pkcs11Process[], pin: Uint8Array) {
    this.#processes = processes;
    this.#pin = pin;
  }

  readonly processIds = (): readonly number[] =>
    this.#processes.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));

  async generateKey(
    label: string,
    algorithm: KeystoreKeyAlgorithm,
  ): Promise<Result<PublicKey, KeystoreError>> {
    const refused = labelError(label);
    if (refused !== undefined) return err(refused);
    if (algorithm.kind === 'ed25519') return unsupported(algorithmText(algorithm));
    return this.#askForKey({ type: 'generate', label, algorithm });
  }

  async publicKey(label: string): Promise<Result<PublicKey, KeystoreError>> {
    const refused = labelError(label);
    return refused === undefined ? this.#askForKey({ type: 'find', label }) : err(refused);
  }

  async sign(
    label: string,
    algorithm: KeystoreSignatureAlgorithm,
    message: Uint8Array,
  ): Promise<Result<Uint8Array, KeystoreError>> {
    return this.signMany(label, algorithm, {
      bytes: message,
      ends: Uint32Array.of(message.length),
    });
  }

  async signMany(
    label: string,
    algorithm: KeystoreSignatureAlgorithm,
    messages: PackedMessages,
  ): Promise<Result<Uint8Array, KeystoreError>> {
    const publicKey = this.#publicKeys.get(label);
    const key = publicKey === undefined ? await this.publicKey(label) : ok(publicKey);
    if (!key.ok) return key;
    const plan = signingPlan(algorithm);
    const { kind } = plan;
    if (kind === 'ed25519' || kind !== key.value.algorithm.kind) return unsupported(algorithm);
    const request = (first: number, afterLast: number): Pkcs11Request => ({
      type: 'sign',
      label,
      mechanism: mechanismFor(kind),
      inputs: pkcs11Inputs(plan, messages, first, afterLast),
      signatureLength: signatureLength(key.value.algorithm),
    });
    return this.#signChunks(request, messages.ends.length);
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.close()));
    this.#publicKeys.clear();
    this.#pin.fill(0);
  }

  /** Every process takes the next chunk when it has answered its last; all stop at the first error. */
  async #signChunks(
    request: (first: number, afterLast: number) => Pkcs11Request,
    count: number,
  ): Promise<Result<Uint8Array, KeystoreError>> {
    const chunks: Uint8Array[] = [];
    let next = 0;
    let failure: KeystoreError | undefined;
    const work = async (process: Pkcs11Process): Promise<void> => {
      while (next < count && failure === undefined) {
        const first = next;
        next = Math.min(count, first + DIGESTS_PER_REQUEST);
        const answer = await process.ask(request(first, next));
        if (answer.type === 'signatures') chunks[first / DIGESTS_PER_REQUEST] = answer.bytes;
        else failure ??= errorOf(answer);
      }
    };
    await Promise.all(this.#processes.map(work));
    return failure === undefined ? ok(concatBytes(chunks)) : err(failure);
  }

  async #askForKey(
    request: Extract<Pkcs11Request, { label: string }>,
  ): Promise<Result<PublicKey, KeystoreError>> {
    const answer = await this.#processes[0]?.ask(request);
    if (answer?.type !== 'key') return err(errorOf(answer));
    const publicKey = publicKeyOf(answer.material);
    if (publicKey === undefined) {
      const reason = 'not a public key that a policy may ask for';
      return err({ code: 'key-unfit', label: request.label, reason });
    }
    this.#publicKeys.set(request.label, publicKey);
    return ok(publicKey);
  }
}

function errorOf(answer: Pkcs11Answer | undefined): KeystoreError {
  if (answer?.type === 'failed') return answer.error;
  return { code: 'signing-failed', reason: 'the PKCS#11 process answered something else' };
}

function unsupported(algorithm: string): Result<never, KeystoreError> {
  return err({ code: 'algorithm-unsupported', algorithm });
}
