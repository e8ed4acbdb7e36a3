import { err } from '../shared/result.ts';

/** An exception, such as a full disk's, where the work that failed stays marked and is done again. */
export interface Unexpected {
  readonly code: 'unexpected';
  readonly reason: string;
}

export function unexpected(error: unknown): { readonly ok: false; readonly error: Unexpected } {
  return err({
    code: 'unexpected',
    reason: error instanceof Error ? error.message : String(error),
  });
}
