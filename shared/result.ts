/**
 * The outcome of something that is expected to fail sometimes. Bugs throw; everything a caller must
 * tell apart is an `error` with a `code`.
 */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** Thrown when code breaks its own promise: never for input, never caught to go on. */
export class BugError extends Error {
  override readonly name = 'BugError';
}

/** The value, for a caller that has already established that the step cannot fail. */
export function must<T, E>(result: Result<T, E>, why: string): T {
  if (result.ok) return result.value;
  throw new BugError(`${why}: ${JSON.stringify(result.error)}`);
}
