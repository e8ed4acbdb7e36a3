import { FILE_PATH } from '../shared/served-paths.ts';
import type { UnixSeconds } from '../shared/time.ts';
import type { Deps } from './deps.ts';
import { answerFile, files, unavailableResponse } from './files.ts';
import { answerGet, answerPost } from './ocsp.ts';
import { RADAR_PATH } from './radar-page.ts';
import { HEALTH_PATH, STATUS_PATH } from './status-page.ts';
import { unsignedResponse } from './unsigned-response.ts';

type RequestKind = 'ocsp-get' | 'ocsp-post' | 'file' | 'page' | 'other';

/** Pages and what they load; files may end in `.html` as well, and pages pass those on. */
const PAGE_PATH = /\.(?:html|css|js|svg)$/;
const QUESTION_MARK = 0x3f;

/** What ends like a file and is none. */
const ROUTED: ReadonlySet<string> = new Set([RADAR_PATH, STATUS_PATH]);

/**
 * OCSP and files are decided here, on the target as it was sent; only the rest goes through the
 * router, which parses URLs. Nothing that throws reaches the client.
 */
export function answer(request: Request, deps: Deps): Response | Promise<Response> {
  try {
    const answered = route(request, deps);
    if (answered instanceof Response) return answered;
    return answered.catch((error: unknown) => answerBug(request, error, deps));
  } catch (error) {
    return answerBug(request, error, deps);
  }
}

function route(request: Request, deps: Deps): Response | Promise<Response> {
  const target = requestTarget(request.url);
  const { method } = request;
  switch (requestKind(method, target)) {
    case 'ocsp-get':
      return answerGet(method === 'HEAD' ? 'HEAD' : 'GET', request, target, deps, () =>
        answerPage(request, deps),
      );
    case 'ocsp-post':
      return answerPost(request, deps);
    case 'page':
      return answerPage(request, deps);
    case 'file':
      return answerFile(request, pathOf(target), deps);
    case 'other':
      return files.fetch(request, deps);
  }
}

/** Loaded when the first page is asked for: whoever only answers OCSP never evaluates it. */
async function answerPage(request: Request, deps: Deps): Promise<Response> {
  const pages = await import('./repository/pages.ts');
  return pages.answerPage(request, deps);
}

/** Path and query as they stand in the request line: not decoded, not normalised (REQ-3). */
function requestTarget(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  return start < 0 ? '/' : url.slice(start);
}

function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

/**
 * REQ-8: a POST is OCSP whatever its path, and so is a GET or HEAD of what is no file. An empty path
 * is no OCSP request (REQ-4), but what people type.
 */
function requestKind(method: string, target: string): RequestKind {
  if (method === 'POST') return 'ocsp-post';
  if (method !== 'GET' && method !== 'HEAD') return 'other';
  if (target.length === 1 || target.charCodeAt(1) === QUESTION_MARK) return 'page';
  if (target === HEALTH_PATH) return 'other';
  if (!target.includes('.')) return 'ocsp-get';
  const path = pathOf(target);
  if (ROUTED.has(path)) return 'other';
  if (FILE_PATH.test(path)) return 'file';
  return PAGE_PATH.test(path) ? 'page' : 'ocsp-get';
}

function answerBug(request: Request, error: unknown, deps: Deps): Response {
  deps.monitoring.bug(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const now = deps.clock();
  if (isOCSP(request)) return unsignedResponse(request.method, 'internalError', now);
  return unavailableResponse(now);
}

/** For a Worker whose configuration cannot be used: it has no answers, but it keeps its manners. */
export function answerUnconfigured(request: Request, now: UnixSeconds): Response {
  if (isOCSP(request)) return unsignedResponse(request.method, 'tryLater', now);
  return unavailableResponse(now);
}

function isOCSP(request: Request): boolean {
  return requestKind(request.method, requestTarget(request.url)).startsWith('ocsp');
}
