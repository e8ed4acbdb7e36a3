import { availableParallelism } from 'node:os';
import { err, ok, type Result } from '../../shared/result.ts';
import { AnsweringThread } from '../answering-thread.ts';
import type { VerifyingAnswer, VerifyingJob } from './verifying-thread.ts';

/** A shard in which a signature does not verify. */
export interface WrongShard {
  /** Position among those that were asked about. */
  readonly at: number;
  /** Hexadecimal: the first certificate of the shard whose answer is wrong. */
  readonly serialNumber: string;
}

/** A thread ended: nothing is known about the signatures. */
export interface VerifyingError {
  readonly code: 'verifying-failed';
  readonly reason: string;
}

export interface VerifyingThreads {
  /** Checks every signature of these OCSP shards; answers those in which one does not verify. */
  verify(shards: readonly Uint8Array[]): Promise<Result<readonly WrongShard[], VerifyingError>>;
  close(): Promise<void>;
}

const SCRIPT = new URL('./verifying-thread.ts', import.meta.url);

/**
 * One thread a core, started when first needed. Verifying ECDSA takes twice as long or more as signing,
 * so that a bulk renewal would hold up everything else for as long as it took to sign.
 */
export function verifyingThreads(): VerifyingThreads {
  const threads: AnsweringThread<VerifyingJob, VerifyingAnswer>[] = [];
  return {
    async verify(shards) {
      const wrong: WrongShard[] = [];
      let next = 0;
      let failure: string | undefined;
      const work = async (thread: AnsweringThread<VerifyingJob, VerifyingAnswer>) => {
        for (let at = next++; failure === undefined; at = next++) {
          const shard = shards[at];
          if (!shard) return;
          const answer = await thread.ask({ shard });
          if ('failure' in answer) failure = answer.failure;
          else if (answer.wrong !== null) wrong.push({ at, serialNumber: answer.wrong });
        }
      };
      const count = Math.min(shards.length, availableParallelism());
      while (threads.length < count) threads.push(new AnsweringThread(SCRIPT));
      await Promise.all(threads.slice(0, count).map(work));
      return failure === undefined ? ok(wrong) : err({ code: 'verifying-failed', reason: failure });
    },
    async close() {
      await Promise.all(threads.splice(0).map((thread) => thread.close()));
    },
  };
}
