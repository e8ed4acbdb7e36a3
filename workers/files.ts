import { type IRequest, IttyRouter, type IttyRouterType } from 'itty-router';
import { hexFromBytes } from '../shared/bytes.ts';
import { ok } from '../shared/result.ts';
import { type FileEntry, MEDIA_TYPES } from '../shared/snapshot/file.ts';
import { addSeconds, httpDate, type UnixSeconds } from '../shared/time.ts';
import { type ByteRange, contentRange, requestedRange } from './byte-range.ts';
import {
  cacheControl,
  fileMaxAge,
  freshnessAt,
  isNotModified,
  NEVER_CACHED,
} from './cache-policy.ts';
import type { Deps } from './deps.ts';
import { openFile } from './file-body.ts';
import type { Outcome } from './monitoring.ts';
import { serveRadar } from './radar-page.ts';
import { HEALTH_PATH } from './status-page.ts';

/** Everything that is not OCSP, by method and path. */
export const files: IttyRouterType<IRequest, [Deps], Response> = IttyRouter<
  IRequest,
  [Deps],
  Response
>();

files.get('/radar.json', serveRadarPage);
files.get('/status.json', serveStatus).head('/status.json', serveStatus);
files.get(HEALTH_PATH, serveHealth).head(HEALTH_PATH, serveHealth);
files.get('*', serveFile).head('*', serveFile).all('*', refuseMethod);

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
 * CRLs, certificates and documents, whole or one range of them. A CRL outside its window is withheld, since a client would have to reject it anyway.
 */
async function serveFile(request: IRequest, deps: Deps): Promise<Response> {
  const snapshot = await deps.heads.current();
  if (!snapshot) return unavailable('file-unavailable', deps);
  const found = await deps.files.find(snapshot.files, new URL(request.url).pathname);
  if (!found.ok) return unavailable(UNAVAILABLE[found.error.code], deps);
  if (!found.value) return refuse(404, 'Not found', 'file-unknown', deps);
  const entry = found.value;
  const now = deps.clock();
  if (!isWithinWindow(entry, now)) return unavailable('file-outside-window', deps);
  const validators = { etag: etagOf(entry), lastModified: entry.thisUpdate };
  const headers = cachingHeaders(entry, now);
  if (isNotModified(request.headers, validators)) {
    deps.monitoring.outcome('file-not-modified');
    return new Response(null, { status: 304, headers });
  }
  headers.set('Accept-Ranges', 'bytes');
  headers.set('X-Content-Type-Options', 'nosniff');
  // RFC 9110 14.2: Range means nothing to methods other than GET.
  const asked =
    request.method === 'GET'
      ? requestedRange(request.headers, entry.length, validators)
      : undefined;
  if (asked === 'unsatisfiable') {
    headers.set('Content-Range', contentRange(asked, entry.length));
    deps.monitoring.outcome('file-range-unsatisfiable');
    return new Response(null, { status: 416, headers });
  }
  return serveRange(request.method, entry, asked, headers, deps);
}

async function serveRange(
  method: string,
  entry: FileEntry,
  asked: ByteRange | undefined,
  headers: Headers,
  deps: Deps,
): Promise<Response> {
  const range = asked ?? { first: 0, end: entry.length };
  headers.set('Content-Type', MEDIA_TYPES[entry.mediaType]);
  headers.set('Content-Length', String(range.end - range.first));
  if (DOWNLOADED.has(entry.mediaType)) headers.set('Content-Disposition', attachment(entry.path));
  if (asked) headers.set('Content-Range', contentRange(asked, entry.length));
  const status = asked ? 206 : 200;
  const body = method === 'HEAD' ? ok(null) : await openFile(entry, range, deps.files);
  if (!body.ok) return unavailable(UNAVAILABLE[body.error.code], deps);
  deps.monitoring.outcome('file-served');
  return new Response(body.value, { status, headers });
}

/** CRLs and certificates: a browser saves them under their own name instead of showing octets. */
const DOWNLOADED: ReadonlySet<number> = new Set([1, 2, 3]);

function attachment(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/[^A-Za-z0-9._-]/g, '_');
  return `attachment; filename="${name}"`;
}

const UNAVAILABLE = {
  'blob-unavailable': 'file-unavailable',
  'blob-inconsistent': 'file-inconsistent',
} as const;

function isWithinWindow({ thisUpdate, nextUpdate }: FileEntry, now: UnixSeconds): boolean {
  if (thisUpdate === null || nextUpdate === null) return true;
  return freshnessAt({ thisUpdate, nextUpdate }, now) === 'valid';
}

function etagOf({ hash }: FileEntry): string {
  return `"${hexFromBytes(hash)}"`;
}

/** HTTP-13: Expires says what max-age says, so that both kinds of cache ask again soon (HTTP-8). */
function cachingHeaders(entry: FileEntry, now: UnixSeconds): Headers {
  const maxAge = fileMaxAge(entry.nextUpdate, now);
  const headers = new Headers({
    Date: httpDate(now),
    ETag: etagOf(entry),
    'Cache-Control': cacheControl(maxAge),
    Expires: httpDate(addSeconds(now, maxAge)),
  });
  if (entry.thisUpdate !== null) headers.set('Last-Modified', httpDate(entry.thisUpdate));
  return headers;
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
