import { Worker } from 'node:worker_threads';
import { concatBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { KeystoreError, PackedMessages } from './keystore.ts';
import { splitMessages } from './packed-messages.ts';
import type { PackedSigner } from './packed-signature.ts';
import type { SigningAnswer, SigningJob } from './signing-thread.ts';

export interface SigningThreads {
  /** Packed signatures in order, all or none; the caller keeps its messages. */
  sign(signer: PackedSigner, messages: PackedMessages): Promise<Result<Uint8Array, KeystoreError>>;
  close(): Promise<void>;
}

/** At most `count` threads, started when first needed; they never keep the process alive idle. */
export function signingThreads(count: number): SigningThreads {
  const threads: SigningThread[] = [];
  return {
    async sign(signer, messages) {
      const runs = splitMessages(messages, count);
      const answers = await Promise.all(
        runs.map((run, i) => {
          const thread = threads[i] ?? new SigningThread();
          threads[i] = thread;
          return thread.sign(signer, run);
        }),
      );
      const signatures: Uint8Array[] = [];
      for (const answer of answers) {
        if ('failure' in answer) return err({ code: 'signing-failed', reason: answer.failure });
        signatures.push(answer.signatures);
      }
      return ok(concatBytes(signatures));
    },
    async close() {
      await Promise.all(threads.splice(0).map((thread) => thread.close()));
    },
  };
}

type Settle = (answer: SigningAnswer) => void;

/** One thread and the jobs it has not answered. After a crash the next job starts a new thread. */
class SigningThread {
  #worker: Worker | undefined;
  #nextId = 0;
  readonly #pending = new Map<number, Settle>();

  sign(signer: PackedSigner, messages: PackedMessages): Promise<SigningAnswer> {
    const id = this.#nextId++;
    const worker = this.#worker ?? this.#start();
    this.#worker = worker;
    const job: SigningJob = { id, signer, messages };
    worker.postMessage(job, [bufferOf(messages.bytes), bufferOf(messages.ends)]);
    worker.ref();
    return new Promise((settle) => this.#pending.set(id, settle));
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    // Nothing from outside: no environment (a passphrase may be in it), no inherited options.
    const worker = new Worker(new URL('./signing-thread.ts', import.meta.url), {
      env: {},
      execArgv: [],
    });
    worker.on('message', (answer: SigningAnswer) => this.#settle(answer));
    // 'exit' follows and fails the jobs; without a listener the error would end the process.
    worker.on('error', () => undefined);
    worker.on('exit', () => this.#abandon(worker));
    return worker;
  }

  #settle(answer: SigningAnswer): void {
    this.#pending.get(answer.id)?.(answer);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#worker?.unref();
  }

  #abandon(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined;
    for (const id of [...this.#pending.keys()]) {
      this.#settle({ id, failure: 'the signing thread ended' });
    }
  }
}

function bufferOf(view: Uint8Array | Uint32Array): ArrayBuffer {
  if (view.buffer instanceof ArrayBuffer) return view.buffer;
  throw new TypeError('messages in shared memory could change while they are signed');
}
