import { hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { EdgeOperationError, EdgeOperations } from '../operations/edge-operations.ts';
import type { RequestError } from './request-error.ts';
import type { Method } from './route.ts';

/** An answer in octets; `etag` is a strong validator of them. */
export interface OctetAnswer {
  readonly octets: Uint8Array;
  readonly mediaType: string;
  /** Empty: none. */
  readonly etag: string;
  readonly cacheControl: string;
}

export type EdgeAnswer = Result<OctetAnswer, RequestError | EdgeOperationError>;

/** A route of the edge role; `path` as in `Route`, at most one parameter, the last segment. */
export interface EdgeRoute {
  readonly method: Method;
  readonly path: string;
  /** For a client that has the octets under this ETag already: what 304 says, when it is still right. */
  readonly unchanged?: (
    operations: EdgeOperations,
    parameter: string,
    etag: string,
  ) => Pick<OctetAnswer, 'etag' | 'cacheControl'> | undefined;
  readonly answer: (
    operations: EdgeOperations,
    parameter: string,
    body: Uint8Array,
  ) => EdgeAnswer | Promise<EdgeAnswer>;
}

const OCTETS = 'application/octet-stream';

const BLOB_CACHING = 'private, max-age=31536000, immutable';

/** Everything that an edge can ask; the layout is that of a mirror (formats 1), below /v1/snapshot. */
export const EDGE_ROUTES: readonly EdgeRoute[] = [
  {
    method: 'GET',
    path: '/v1/snapshot/head',
    answer: (operations) => {
      const head = operations.readHead();
      if (!head.ok) return head;
      const { note, headHash } = head.value;
      const etag = `"${hexFromBytes(headHash)}"`;
      return ok({ octets: note, mediaType: 'text/plain', etag, cacheControl: 'no-cache' });
    },
  },
  {
    method: 'GET',
    path: '/v1/snapshot/blob/{hash}',
    unchanged: (operations, hash, etag) =>
      etag === `"${hash}"` && operations.hasBlob(hash)
        ? { etag, cacheControl: BLOB_CACHING }
        : undefined,
    answer: (operations, hash) => {
      const blob = operations.readBlob(hash);
      if (!blob.ok) return blob;
      const cacheControl = BLOB_CACHING;
      return ok({ octets: blob.value, mediaType: OCTETS, etag: `"${hash}"`, cacheControl });
    },
  },
  {
    method: 'POST',
    path: '/v1/live-answers',
    answer: async (operations, _parameter, body) => {
      const answer = await operations.answerOCSP(body);
      if (!answer.ok) return answer;
      return ok({ octets: answer.value, mediaType: OCTETS, etag: '', cacheControl: 'no-store' });
    },
  },
];

const HASH = /^[0-9a-f]{64}$/;

export interface EdgeRouteMatch {
  readonly route: EdgeRoute;
  readonly parameter: string;
}

/** `path` as it came on the request line. */
export function matchEdgeRoute(method: string, path: string): Result<EdgeRouteMatch, RequestError> {
  for (const route of EDGE_ROUTES) {
    const [fixed = '', named] = route.path.split('{');
    const parameter = path.slice(fixed.length);
    const matches = named === undefined ? path === fixed : HASH.test(parameter);
    if (!path.startsWith(fixed) || !matches) continue;
    if (route.method !== method) {
      return err({ code: 'method-not-allowed', allowed: [route.method] });
    }
    return ok({ route, parameter });
  }
  return err({ code: 'route-unknown' });
}
