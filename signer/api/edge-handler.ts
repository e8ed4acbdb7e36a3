import type { IncomingMessage, ServerResponse } from 'node:http';
import { OCSP_REQUEST_MAX_OCTETS } from '../../shared/ocsp/request.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Actor } from '../operations/actor.ts';
import type { EdgeOperations } from '../operations/edge-operations.ts';
import { readBytes } from './body.ts';
import { type EdgeAnswer, matchEdgeRoute, type OctetAnswer } from './edge-routes.ts';
import type { APIError } from './problems.ts';
import type { RequestError } from './request-error.ts';
import { rolesOf } from './role.ts';
import type { Method } from './route.ts';
import { matchRoute } from './routes.ts';
import { createSlots, type Slots } from './slots.ts';

/** The half of the port that edges are let to. */
export interface EdgePort {
  /** SHA-256 of the keys of their certificates, lower-case hexadecimal. */
  readonly clients: ReadonlySet<string>;
  readonly operations: EdgeOperations;
  readonly slots: Slots;
}

/**
 * Answers under way at the same time. The largest blob has 4 MiB, so that all edges together hold 64
 * MiB of memory, and one edge whose certificate was stolen leaves half of it to the others.
 */
const AT_ONCE = { all: 16, client: 8 };

/** Milliseconds that an edge may take for reading one answer. */
export const EDGE_ANSWER_LIMIT = 20_000;

export function openEdgePort(clients: readonly string[], operations: EdgeOperations): EdgePort {
  return { clients: new Set(clients), operations, slots: createSlots(AT_ONCE) };
}

/** The route's pattern as far as it is known, so that no path from outside reaches a log. */
export interface Progress {
  route: string;
}

/** An answer that is no error, not yet sent. */
export interface ReadyAnswer {
  readonly status: number;
  readonly send: () => void;
}

/** Of one whose role is the edge's: an operator's route is refused whatever it is. */
export async function answerEdge(
  request: IncomingMessage,
  response: ServerResponse,
  { spkiSha256 }: Actor,
  port: EdgePort,
  progress: Progress,
): Promise<Result<ReadyAnswer, APIError>> {
  const { method = '', url: target = '' } = request;
  const match = matchEdgeRoute(method, target);
  if (!match.ok) {
    const operators = matchRoute(method, target.split('?')[0] ?? '');
    if (!operators.ok) return match;
    return err({ code: 'role-forbidden', roles: rolesOf(operators.value.route) });
  }
  const { route, parameter } = match.value;
  progress.route = route.path;
  const known = request.headers['if-none-match'];
  const unchanged = known && route.unchanged?.(port.operations, parameter, known);
  if (unchanged) return ok({ status: 304, send: () => sendUnchanged(response, unchanged) });
  const body = await edgeBody(request, route.method);
  if (!body.ok) return body;
  const release = port.slots.take(spkiSha256);
  if (!release) return err({ code: 'edge-busy' });
  let answer: EdgeAnswer | undefined;
  try {
    answer = await route.answer(port.operations, parameter, body.value);
  } finally {
    if (!answer?.ok) release();
  }
  if (!answer.ok) return answer;
  const { etag } = answer.value;
  const status = etag && request.headers['if-none-match'] === etag ? 304 : 200;
  return ok({ status, send: () => sendOctets(response, status, answer.value, release) });
}

/** Of a GET nothing is read. */
async function edgeBody(
  request: IncomingMessage,
  method: Method,
): Promise<Result<Uint8Array, RequestError>> {
  return method === 'POST' ? readBytes(request, OCSP_REQUEST_MAX_OCTETS) : ok(new Uint8Array(0));
}

/** Nothing was read for it, so that it takes no place. */
function sendUnchanged(
  response: ServerResponse,
  { etag, cacheControl }: Pick<OctetAnswer, 'etag' | 'cacheControl'>,
): void {
  response.writeHead(304, { ETag: etag, 'Cache-Control': cacheControl }).end();
}

/** The place is given back when the last octet was taken, or the connection ended. */
function sendOctets(
  response: ServerResponse,
  status: 200 | 304,
  { octets, mediaType, etag, cacheControl }: OctetAnswer,
  release: () => void,
): void {
  const timer = setTimeout(() => response.destroy(), EDGE_ANSWER_LIMIT);
  response.once('close', () => {
    clearTimeout(timer);
    release();
  });
  const headers = { ...(etag && { ETag: etag }), 'Cache-Control': cacheControl };
  if (status === 304) {
    response.writeHead(304, headers).end();
    return;
  }
  const body = { 'Content-Type': mediaType, 'Content-Length': octets.length };
  response.writeHead(200, { ...headers, ...body, 'X-Content-Type-Options': 'nosniff' });
  response.end(octets);
}
