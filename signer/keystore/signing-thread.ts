import { type MessagePort, parentPort } from 'node:worker_threads';
import type { PackedMessages } from './keystore.ts';
import { type PackedSigner, signPacked } from './packed-signature.ts';

export interface SigningJob {
  readonly id: number;
  readonly signer: PackedSigner;
  readonly messages: PackedMessages;
}

export type SigningAnswer =
  | { readonly id: number; readonly signatures: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly failure: string };

function serve(port: MessagePort): void {
  port.on('message', (job: SigningJob) => {
    const answer = answerTo(job);
    port.postMessage(answer, 'signatures' in answer ? [answer.signatures.buffer] : []);
  });
}

function answerTo({ id, signer, messages }: SigningJob): SigningAnswer {
  try {
    return { id, signatures: signPacked(signer, messages) };
  } catch (error) {
    return { id, failure: error instanceof Error ? error.message : 'unknown' };
  }
}

if (parentPort !== null) serve(parentPort);
