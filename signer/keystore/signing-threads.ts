import { concatBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { AnsweringThread } from '../answering-thread.ts';
import type { KeystoreError, PackedMessages } from './keystore.ts';
import { splitMessages } from './packed-messages.ts';
import type { PackedSigner } from './packed-signature.ts';
import type { SigningAnswer, SigningJob } from './signing-thread.ts';

export interface SigningThreads {
  /** Packed signatures in order, all or none; the caller keeps its messages. */
  sign(signer: PackedSigner, messages: PackedMessages): Promise<Result<Uint8Array, KeystoreError>>;
  close(): Promise<void>;
}

const SCRIPT = new URL('./signing-thread.ts', import.meta.url);

/** At most `count` threads, started when first needed. */
export function signingThreads(count: number): SigningThreads {
  const threads: AnsweringThread<SigningJob, SigningAnswer>[] = [];
  return {
    async sign(signer, messages) {
      const runs = splitMessages(messages, count);
      const answers = await Promise.all(
        runs.map((run, i) => {
          const thread = threads[i] ?? new AnsweringThread(SCRIPT);
          threads[i] = thread;
          return thread.ask({ signer, messages: run }, [bufferOf(run.bytes), bufferOf(run.ends)]);
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

function bufferOf(view: Uint8Array | Uint32Array): ArrayBuffer {
  if (view.buffer instanceof ArrayBuffer) return view.buffer;
  throw new TypeError('messages in shared memory could change while they are signed');
}
