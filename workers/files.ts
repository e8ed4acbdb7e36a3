import { type IRequest, IttyRouter, type IttyRouterType } from 'itty-router';
import { ok } from '../shared/result.ts';
import type { FileEntry } from '../shared/snapshot/file.ts';
import { httpDate, type UnixSeconds } from '../shared/time.ts';
import { type ByteRange, contentRange, requestedRange } from './byte-range.ts';
import { freshnessAt, isNotModified, NEVER_CACHED } from './cache-policy.ts';
import type { Deps } from './deps.ts';
import { openFile } from './file-body.ts';
import { fileHeaders } from './file-headers.ts';
import type { Outcome } from './monitoring.ts';
import { RADAR_PATH, serveRadar } from './radar-page.ts';
import { HEALTH_PATH, STATUS_PATH } from './status-page.ts';

/** What is neither OCSP nor a file nor a page, by method and path. */
export const files: IttyRouterType<IRequest, [Deps], Response> = IttyRouter<
  IRequest,
  [Deps],
  Response
>();

files.get(RADAR_PATH, serveRadarPage);
files.get(STATUS_PATH, serveStatus).head(STATUS_PATH, serveStatus);
files.get(HEALTH_PATH, serveHealth).head(HEALTH_PATH, serveHealth);
files.all('*', refuseMethod);

/** RFC 9110 9.3.2: HEAD says what GET would; whoever watches a site often asks so. */
async function serveStatus({ method }: IRequest, deps: Deps): Promise<Response> {
  return withoutBody(method, await deps.statusPages.status(deps));
}

async function serveHealth({ method }: IRequest, deps: Deps): Promise<Response> {
  return withoutBody(method, await deps.statusPages.health(deps));
}

function withoutBody(method: string, response: Response): Response {
  return method === 'HEAD' ? new Response(null, response) : response;
}

function serveRadarPage(request: IRequest, deps: Deps): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const authorization = request.headers.get('authorization');
  return serveRadar(pathname + search, authorization, deps.clock(), deps);
}

const RETRY_AFTER_SECONDS = 60;

/**
 * CRLs, certificates and documents, whole or one range of them; `path` as it stands in the request. A
 * CRL outside its window is withheld, since a client would have to reject it anyway.
 */
export async function answerFile(request: Request, path: string, deps: Deps): Promise<Response> {
  const snapshot = await deps.heads.current();
  if (!snapshot) return unavailable('file-unavailable', deps);
  const found = await deps.files.find(snapshot.files, path);
  if (!found.ok) return unavailable(UNAVAILABLE[found.error.code], deps);
  if (!found.value) return refuse(404, 'Not found', 'file-unknown', deps);
  const entry = found.value;
  const now = deps.clock();
  if (!isWithinWindow(entry, now)) return unavailable('file-outside-window', deps);
  const said = fileHeaders(entry);
  if (isNotModified(request.headers, said.validators)) {
    deps.monitoring.outcome('file-not-modified');
    return new Response(null, { status: 304, headers: said.cachingAt(now) });
  }
  const { method } = request;
  const whole = said.wholeAt(now);
  // RFC 9110 14.2: Range means nothing to methods other than GET.
  const asked =
    method === 'GET' ? requestedRange(request.headers, entry.length, said.validators) : undefined;
  if (asked === undefined) return serveOctets(method, entry, { status: 200, headers: whole }, deps);
  return serveRange(entry, asked, whole, deps);
}

async function serveRange(
  entry: FileEntry,
  asked: ByteRange | 'unsatisfiable',
  whole: Headers,
  deps: Deps,
): Promise<Response> {
  const headers = new Headers(whole);
  headers.set('content-range', contentRange(asked, entry.length));
  if (asked === 'unsatisfiable') {
    for (const name of ABOUT_OCTETS) headers.delete(name);
    deps.monitoring.outcome('file-range-unsatisfiable');
    return new Response(null, { status: 416, headers });
  }
  headers.set('content-length', String(asked.end - asked.first));
  return serveOctets('GET', entry, { status: 206, headers }, deps, asked);
}

/** What is said of octets and not of the file. */
const ABOUT_OCTETS = ['content-type', 'content-length', 'content-disposition'] as const;

async function serveOctets(
  method: string,
  entry: FileEntry,
  init: { readonly status: 200 | 206; readonly headers: Headers },
  deps: Deps,
  range: ByteRange = { first: 0, end: entry.length },
): Promise<Response> {
  const body = method === 'HEAD' ? ok(null) : await openFile(entry, range, deps.files);
  if (!body.ok) return unavailable(UNAVAILABLE[body.error.code], deps);
  deps.monitoring.outcome('file-served');
  return new Response(body.value, init);
}

const UNAVAILABLE = {
  'blob-unavailable': 'file-unavailable',
  'blob-inconsistent': 'file-inconsistent',
} as const;

function isWithinWindow({ thisUpdate, nextUpdate }: FileEntry, now: UnixSeconds): boolean {
  if (thisUpdate === null || nextUpdate === null) return true;
  return freshnessAt({ thisUpdate, nextUpdate }, now) === 'valid';
}

function unavailable(outcome: Outcome, deps: Deps): Response {
  deps.monitoring.outcome(outcome);
  return unavailableResponse(deps.clock());
}

/** HTTP 503 without internals. */
export function unavailableResponse(now: UnixSeconds): Response {
  const headers = { ...textHeaders(now), 'Retry-After': String(RETRY_AFTER_SECONDS) };
  return new Response('Temporarily unavailable\n', { status: 503, headers });
}

function refuseMethod(_request: IRequest, deps: Deps): Response {
  return refuse(405, 'Method not allowed', 'method-not-allowed', deps, {
    Allow: 'GET, POST, HEAD',
  });
}

function refuse(
  status: 404 | 405,
  text: string,
  outcome: Outcome,
  deps: Deps,
  more: Readonly<Record<string, string>> = {},
): Response {
  deps.monitoring.outcome(outcome);
  const headers = { ...textHeaders(deps.clock()), ...more };
  return new Response(`${text}\n`, { status, headers });
}

function textHeaders(now: UnixSeconds): Readonly<Record<string, string>> {
  return {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': NEVER_CACHED,
    Date: httpDate(now),
  };
}
