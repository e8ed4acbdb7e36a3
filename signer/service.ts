import type { Result } from '../shared/result.ts';
import type { Operations } from './operations/operations.ts';

/** What `inkan serve` holds after start: the operations and the duty to end in good order. */
export interface SignerService {
  readonly operations: Operations;
  /** Waits for what is under way, then closes database and keystores. */
  close(): Promise<void>;
}

/** Why a command could not start; `remedy` is one sentence that says what to do. */
export interface StartError {
  readonly code:
    | 'state-missing'
    | 'state-exists'
    | 'state-damaged'
    | 'state-in-use'
    | 'audit-log-behind'
    | 'config-malformed'
    | 'policy-malformed'
    | 'passphrase-refused'
    | 'keystore-unavailable'
    | 'port-in-use'
    /** The store has what this state does not. */
    | 'state-behind'
    | 'clock-went-back';
  readonly reason: string;
  readonly remedy: string;
}

export type Started<T> = Promise<Result<T, StartError>>;
