import { answerJobs } from '../answering-thread.ts';
import type { PackedMessages } from './keystore.ts';
import { type PackedSigner, signPacked } from './packed-signature.ts';

export interface SigningJob {
  readonly signer: PackedSigner;
  readonly messages: PackedMessages;
}

export interface SigningAnswer {
  readonly signatures: Uint8Array<ArrayBuffer>;
}

answerJobs<SigningJob, SigningAnswer>(
  ({ signer, messages }) => ({ signatures: signPacked(signer, messages) }),
  ({ signatures }) => [signatures.buffer],
);
