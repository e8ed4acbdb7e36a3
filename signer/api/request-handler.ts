import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Clock } from '../../shared/time.ts';
import type { Actor, Operations } from '../operations/operations.ts';
import type { OperatorRegister } from '../operators/register.ts';
import { AUTHORISATIONS } from './authorisation.ts';
import { readBody } from './body.ts';
import { answerEdge, type EdgePort, type Progress, type ReadyAnswer } from './edge-handler.ts';
import { matchEdgeRoute } from './edge-routes.ts';
import type { APIEvent } from './events.ts';
import { OctetStream, sendOctetStream } from './octet-stream.ts';
import type { PersonError } from './person.ts';
import { type APIError, PROBLEM_MEDIA_TYPE, problemOf } from './problems.ts';
import { type Client, identifyClient, mayUse } from './role.ts';
import { matchRoute, type Route, type RouteMatch } from './routes.ts';

export interface HandlerDeps {
  readonly operations: Operations;
  readonly clock: Clock;
  readonly register: OperatorRegister;
  /** Destroys the connections of whoever is no longer let in. */
  readonly dropRefused: () => void;
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
  const client = identify(socket, deps);
  if (!client.ok) return refusePerson(response, socket, client.error, deps);
  const { kind, actor } = client.value;
  // 2. to 5.
  const answered = await orBug(deps, progress, () =>
    kind === 'edge' && deps.edge
      ? answerEdge(request, response, actor, deps.edge, progress)
      : answerOperator(request, response, socket, deps, progress),
  );
  const status = answered.ok ? answered.value.status : problemOf(answered.error).status;
  deps.log({
    type: 'request',
    method: logged(request.method),
    route: progress.route,
    status,
    ...(answered.ok ? {} : { code: answered.error.code }),
    person: actor.name,
    spkiSha256: actor.spkiSha256,
  });
  // Who took their own key away hears that it was done, and then nothing more.
  if (!identify(socket, deps).ok) {
    closeAfter(response, socket);
    response.once('close', deps.dropRefused);
  }
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
    return isEdges ? err({ code: 'role-forbidden', roles: ['edge'] }) : match;
  }
  const { route } = match.value;
  progress.route = route.path;
  const before = authorise(socket, route, deps);
  if (!before.ok) return before;
  // 3. The body.
  const { method, maxBodyBytes = deps.maxBodyBytes } = route;
  const body = await readBody(request, method, maxBodyBytes);
  if (!body.ok) return body;
  // 4. The person again: a body can be sent slowly, and a revocation may have come meanwhile.
  const actor = authorise(socket, route, deps);
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

/** The person, as of now, if the route is for one of that person's roles. */
function authorise(socket: TLSSocket, route: Route, deps: HandlerDeps): Result<Actor, APIError> {
  const client = identify(socket, deps);
  if (!client.ok) {
    recordRefusal(client.error, deps);
    return client;
  }
  const { actor } = client.value;
  const may = mayUse(route, client.value.kind === 'operator' ? client.value.roles : []);
  if (may.ok) return ok(actor);
  const { operation = route.path } = AUTHORISATIONS[`${route.method} ${route.path}`] ?? {};
  deps.register.recordRoleRefusal(operation, actor.name);
  return may;
}

/** Who is at the other end, as of now. */
export function identify(
  socket: TLSSocket,
  { clock, register, edge }: HandlerDeps,
): Result<Client, PersonError> {
  return identifyClient(socket, { now: clock(), register, edgeClients: edge?.clients ?? NOBODY });
}

/** Only of keys that the operator CA certified: strangers fill no audit log. */
function recordRefusal(error: PersonError, { register, clock }: HandlerDeps): void {
  if ('spkiSha256' in error) register.recordKeyRefusal(error, clock());
}

function refusePerson(
  response: ServerResponse,
  socket: TLSSocket,
  error: PersonError,
  deps: HandlerDeps,
): void {
  deps.log({ type: 'client-refused', ...error });
  recordRefusal(error, deps);
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
