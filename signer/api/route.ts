import type { Result } from '../../shared/result.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { Actor, Operations } from '../operations/operations.ts';
import type { RawRequest } from './request-decoders.ts';
import type { RequestError } from './request-error.ts';

export type Method = 'GET' | 'POST';

type Answered = Promise<Result<unknown, RequestError | OperationError>>;

export interface Route {
  readonly method: Method;
  /** Segments between slashes; `{name}` matches any one segment. */
  readonly path: string;
  /** Status of success. */
  readonly status: 200 | 201;
  /** Where a body may be longer than those of other routes. */
  readonly maxBodyBytes?: number;
  /** Decodes the request and asks the operation; answers what JSON can carry. */
  readonly answer: (raw: RawRequest, operations: Operations, actor: Actor) => Answered;
}

/** A route whose input is decoded before the operation is asked. */
export function route<T>(
  method: Method,
  path: string,
  status: 200 | 201,
  decode: (raw: RawRequest) => Result<T, RequestError>,
  run: (operations: Operations, input: T, actor: Actor) => Promise<Result<unknown, OperationError>>,
): Route {
  const answer = async (raw: RawRequest, operations: Operations, actor: Actor): Answered => {
    const input = decode(raw);
    return input.ok ? run(operations, input.value, actor) : input;
  };
  return { method, path, status, answer };
}
