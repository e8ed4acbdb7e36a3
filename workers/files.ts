import { type IRequest, IttyRouter, type IttyRouterType } from 'itty-router';
import { hexFromBytes } from '../shared/bytes.ts';
import { type FileEntry, MEDIA_TYPES } from '../shared/snapshot/file.ts';
import { addSeconds, httpDate, type UnixSeconds } from '../shared/time.ts';
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

/** Everything that is not OCSP, by method and path. */
export const files: IttyRouterType<IRequest, [Deps], Response> = IttyRouter<
  IRequest,
  [Deps],
  Response
>();

files.get('*', serveFile).head('*', serveFile).all('*', refuseMethod);

const RETRY_AFTER_SECONDS = 60;

/**
 * CRLs, certificates and documents, whole: Range is not supported and ignored, as RFC 9110 14.2
 * allows. A CRL outside its window is withheld, since a client would have to reject it anyway.
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
  headers.set('Content-Type', MEDIA_TYPES[entry.mediaType]);
  headers.set('Content-Length', String(entry.length));
  headers.set('X-Content-Type-Options', 'nosniff');
  if (request.method === 'HEAD') return served(null, headers, deps);
  const body = await openFile(entry, deps.files);
  if (!body.ok) return unavailable(UNAVAILABLE[body.error.code], deps);
  return served(body.value, headers, deps);
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

function served(
  body: Uint8Array | ReadableStream<Uint8Array> | null,
  headers: Headers,
  deps: Deps,
): Response {
  deps.monitoring.outcome('file-served');
  return new Response(body, { headers });
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
