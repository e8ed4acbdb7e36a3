import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Clock } from '../../shared/time.ts';
import type { Actor, Operations } from '../operations/operations.ts';
import { readBody } from './body.ts';
import { answerEdge, type EdgePort, type Progress, type ReadyAnswer } from './edge-handler.ts';
import { matchEdgeRoute } from './edge-routes.ts';
import type { APIEvent } from './events.ts';
import { OctetStream, sendOctetStream } from './octet-stream.ts';
import { identifyPerson, type PersonError } from './person.ts';
import { type APIError, PROBLEM_MEDIA_TYPE, problemOf } from './problems.ts';
import { roleOf } from './role.ts';
import { matchRoute, type RouteMatch } from './routes.ts';

export interface HandlerDeps {
  readonly operations: Operations;
  readonly clock: Clock;
  readonly isRevoked: (spkiSha256: string) => boolean;
  readonly log: (event: APIEvent) => void;
  readonly maxBodyBytes: number;
  /** undefined: no edge is let in. */
  readonly edge: EdgePort | undefined;
}

interface Reply {
  readonly status: number;
  readonly value: unknown;
}

const NO_ROUTE = '-';

const NOBODY: ReadonlySet<string> = new Set();

/**
 * One request on an open connection: who asks, for what, with what; then the operation, then one
 * answer. A client that is refused as a person, or whose body was not read to its end, loses the
 * connection with the answer.
 */
export async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  socket: TLSSocket,
  deps: HandlerDeps,
): Promise<void> {
  const progress: Progress = { route: NO_ROUTE };
  // 1. The person, as of now.
  const person = identify(socket, deps);
  if (!person.ok) return refusePerson(response, socket, person.error, deps);
  const role = roleOf(socket, person.value, deps.edge?.clients ?? NOBODY);
  if (!role.ok) return refusePerson(response, socket, role.error, deps);
  // 2. to 5.
  const answered = await orBug(deps, progress, () =>
    role.value === 'edge' && deps.edge
      ? answerEdge(request, response, person.value, deps.edge, progress)
      : answerOperator(request, response, socket, deps, progress),
  );
  const status = answered.ok ? answered.value.status : problemOf(answered.error).status;
  deps.log({
    type: 'request',
    method: logged(request.method),
    route: progress.route,
    status,
    ...(answered.ok ? {} : { code: answered.error.code }),
    person: person.value.name,
    spkiSha256: person.value.spkiSha256,
  });
  if (answered.ok) return answered.value.send();
  if (mustClose(answered.error, request)) closeAfter(response, socket);
  sendProblem(response, answered.error);
}

async function orBug(
  deps: HandlerDeps,
  progress: Progress,
  answer: () => Promise<Result<ReadyAnswer, APIError>>,
): Promise<Result<ReadyAnswer, APIError>> {
  try {
    return await answer();
  } catch (error) {
    deps.log({ type: 'request-failed', route: progress.route, ...described(error) });
    return err({ code: 'internal-error' });
  }
}

async function answerOperator(
  request: IncomingMessage,
  response: ServerResponse,
  socket: TLSSocket,
  deps: HandlerDeps,
  progress: Progress,
): Promise<Result<ReadyAnswer, APIError>> {
  const reply = await answer(request, socket, deps, progress);
  if (!reply.ok) return reply;
  const { status, value } = reply.value;
  if (value instanceof OctetStream)
    return ok({ status, send: () => void sendOctetStream(response, status, value) });
  return ok({ status, send: () => send(response, reply.value, 'application/json') });
}

async function answer(
  request: IncomingMessage,
  socket: TLSSocket,
  deps: HandlerDeps,
  progress: Progress,
): Promise<Result<Reply, APIError>> {
  // 2. The route.
  const [path = '', query = ''] = splitTarget(request.url ?? '');
  const match = matchRoute(request.method ?? '', path);
  if (!match.ok) {
    const isEdges = matchEdgeRoute(request.method ?? '', path).ok;
    return isEdges ? err({ code: 'role-forbidden' }) : match;
  }
  progress.route = match.value.route.path;
  // 3. The body.
  const { method, maxBodyBytes = deps.maxBodyBytes } = match.value.route;
  const body = await readBody(request, method, maxBodyBytes);
  if (!body.ok) return body;
  // 4. The person again: a body can be sent slowly, and a revocation may have come meanwhile.
  const actor = identify(socket, deps);
  if (!actor.ok) return actor;
  // 5. The operation.
  return operate(match.value, new URLSearchParams(query), body.value, deps, actor.value);
}

async function operate(
  { route, parameters }: RouteMatch,
  query: URLSearchParams,
  body: unknown,
  { operations }: HandlerDeps,
  actor: Actor,
): Promise<Result<Reply, APIError>> {
  const outcome = await route.answer({ parameters, query, body }, operations, actor);
  return outcome.ok ? ok({ status: route.status, value: outcome.value }) : outcome;
}

function identify(socket: TLSSocket, deps: HandlerDeps): Result<Actor, PersonError> {
  return identifyPerson(socket, { now: deps.clock(), isRevoked: deps.isRevoked });
}

function refusePerson(
  response: ServerResponse,
  socket: TLSSocket,
  error: PersonError,
  { log }: HandlerDeps,
): void {
  log({ type: 'client-refused', ...error });
  closeAfter(response, socket);
  sendProblem(response, error);
}

function sendProblem(response: ServerResponse, error: APIError): void {
  const problem = problemOf(error);
  if (error.code === 'method-not-allowed') response.setHeader('Allow', error.allowed.join(', '));
  send(response, { status: problem.status, value: problem }, PROBLEM_MEDIA_TYPE);
}

function send(response: ServerResponse, { status, value }: Reply, mediaType: string): void {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(status, {
    'Content-Type': mediaType,
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
}

function closeAfter(response: ServerResponse, socket: TLSSocket): void {
  response.setHeader('Connection', 'close');
  response.once('finish', () => socket.destroySoon());
}

function mustClose(error: APIError, request: IncomingMessage): boolean {
  return error.code.startsWith('client-certificate-') || !request.complete;
}

/** RFC 9112 3.2.1: the path as it was sent, and what follows the first question mark. */
function splitTarget(target: string): readonly string[] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target] : [target.slice(0, mark), target.slice(mark + 1)];
}

/** Node's parser knows some 35 methods; the log need not. */
function logged(method: string | undefined): string {
  return method === 'GET' || method === 'POST' ? method : 'other';
}

function described(error: unknown): { readonly error: string; readonly stack?: string } {
  if (!(error instanceof Error)) return { error: 'thrown value that is no Error' };
  const { name, message, stack } = error;
  return { error: `${name}: ${message}`, ...(stack === undefined ? {} : { stack }) };
}
