import type { Result } from '../../shared/result.ts';
import type { Actor } from './actor.ts';
import type { OperationError } from './operation-error.ts';

export interface BackupInput {
  /** age recipients, 1 to 16. */
  readonly recipients: readonly string[];
  /** The encrypted files of the file keystores too. */
  readonly withKeys: boolean;
}

/** What a backup is of, before its octets. */
export interface BackupView {
  readonly createdAt: string;
  /** The last epoch that was promised. */
  readonly epoch: number;
  /** Events of the audit log in it. */
  readonly auditSize: number;
  readonly keys: 'included' | 'left-out';
  readonly files: number;
  /** What a signer needs besides. */
  readonly lacks: readonly string[];
}

export interface BackupAnswer {
  readonly facts: BackupView;
  /** Encrypted. Ends with an error when a file changed under the reader. */
  readonly octets: AsyncIterable<Uint8Array>;
  /** When the octets are not taken. */
  discard(): void;
}

export interface BackupOperations {
  /** A consistent copy of the state while the signer goes on; nothing unencrypted leaves it. */
  makeBackup(input: BackupInput, actor: Actor): Promise<Result<BackupAnswer, OperationError>>;
}
