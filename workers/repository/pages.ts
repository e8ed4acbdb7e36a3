import { httpDate, type Seconds } from '../../shared/time.ts';
import { cacheControl, isNotModified, NEVER_CACHED } from '../cache-policy.ts';
import { CHECK_PROGRAM_PATH, type CheckProgram } from '../check-program.ts';
import type { Deps } from '../deps.ts';
import { answerFile } from '../files.ts';
import type { Outcome } from '../monitoring.ts';
import { ASSETS, type Asset } from './assets.ts';
import { certificatePage } from './certificate-page.ts';
import { checkPage } from './check-page.ts';
import { unavailablePage, unknownPage } from './error-page.ts';
import { issuedPage } from './issued-page.ts';
import { page } from './layout.ts';
import { pageHeaders, strongETag } from './page-headers.ts';
import { repositoryPage } from './repository-page.ts';
import { runwayPage } from './runway-page.ts';
import { type Page, type Renderer, type Source, type Visit, visitOf } from './visit.ts';

/** Every page, by path. One that takes scripts names them in what it renders. */
const PAGES: ReadonlyMap<string, Renderer> = new Map<string, Renderer>([
  ['/', repositoryPage],
  ['/issued.html', issuedPage],
  ['/certificate.html', certificatePage],
  ['/check.html', checkPage],
  ['/status.html', runwayPage],
]);

/** A page says what was true when it was made, so it is kept only briefly. */
const PAGE_MAX_AGE: Seconds = 30;
/** The URL of the stylesheet changes with it; the seal has one for ever. */
const ASSET_MAX_AGE: Seconds = 86_400;
/** The URL of the program is its hash. */
const PROGRAM_MAX_AGE: Seconds = 31_536_000;

/**
 * GET and HEAD of pages and of what they load. Other paths are files; that there is none is told to
 * browsers as a page. Every fact shown comes through the verified readers.
 */
export async function answerPage(request: Request, deps: Deps): Promise<Response> {
  const url = new URL(request.url);
  const asset = ASSETS.get(url.pathname);
  if (asset) return sendAsset(request, url, asset, deps);
  const program = CHECK_PROGRAM_PATH.test(url.pathname) ? await deps.checkProgram() : undefined;
  if (program) return sendProgram(request, url, program, deps);
  const visit = visitOf(url, request.headers, deps.clock());
  const render = rendererOf(url.pathname);
  if (!render) return fileOrErrorPage(request, visit, deps);
  const snapshot = await deps.heads.current();
  if (!snapshot) return sendPage(request, visit, unavailablePage(visit), deps);
  const source = { snapshot, deps };
  return sendPage(request, visit, await render(visit, source), deps, source);
}

/** A folder, as the cPSuri of certificates may name one (CP 2.2), shows what is in all of them. */
function rendererOf(path: string): Renderer | undefined {
  return PAGES.get(path) ?? (path.endsWith('/') ? repositoryPage : undefined);
}

async function fileOrErrorPage(request: Request, visit: Visit, deps: Deps): Promise<Response> {
  const response: Response = await answerFile(request, new URL(request.url).pathname, deps);
  if (!request.headers.get('accept')?.includes('text/html')) return response;
  switch (response.status) {
    case 404:
      return sendPage(request, visit, unknownPage(visit), deps);
    case 503:
      return sendPage(request, visit, unavailablePage(visit), deps);
    default:
      return response;
  }
}

/** While versions change, the page of one loads from the other: what that has, under nobody's address. */
function sendAsset(request: Request, url: URL, asset: Asset, deps: Deps): Promise<Response> {
  const own = asset.address === url.pathname + url.search;
  return send(request, { ...asset, status: 200, maxAge: own ? ASSET_MAX_AGE : undefined }, deps);
}

/** The same: another hash gets this edge's program, and nobody keeps it (ADR 16). */
function sendProgram(
  request: Request,
  url: URL,
  { path, body }: CheckProgram,
  deps: Deps,
): Promise<Response> {
  const type = 'text/javascript; charset=utf-8';
  const maxAge = path === url.pathname ? PROGRAM_MAX_AGE : undefined;
  return send(request, { status: 200, type, body, maxAge }, deps);
}

function sendPage(
  request: Request,
  visit: Visit,
  content: Page,
  deps: Deps,
  source?: Source,
): Promise<Response> {
  const body = page(visit, content, source).markup;
  const type = 'text/html; charset=utf-8';
  const headers = pageHeaders(visit.language, content);
  const maxAge = content.status === 200 ? PAGE_MAX_AGE : undefined;
  return send(request, { status: content.status, type, body, headers, maxAge }, deps);
}

interface Answer {
  readonly status: Page['status'];
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** None for what nobody may keep. */
  readonly maxAge: Seconds | undefined;
}

const OUTCOMES: Readonly<Record<Page['status'], Outcome>> = {
  200: 'page-served',
  404: 'page-unknown',
  503: 'page-unavailable',
};

/** What says the same as before is not sent again: its ETag is the hash of its octets. */
async function send(request: Request, answer: Answer, deps: Deps): Promise<Response> {
  const { status, type, maxAge } = answer;
  const body = new TextEncoder().encode(answer.body);
  const headers = new Headers({
    ...answer.headers,
    Date: httpDate(deps.clock()),
    'Cache-Control': maxAge === undefined ? NEVER_CACHED : cacheControl(maxAge),
    'X-Content-Type-Options': 'nosniff',
  });
  if (status === 503) headers.set('Retry-After', '60');
  if (status === 200) {
    const etag = await strongETag(body);
    headers.set('ETag', etag);
    if (isNotModified(request.headers, { etag, lastModified: null })) {
      deps.monitoring.outcome('page-not-modified');
      return new Response(null, { status: 304, headers });
    }
  }
  deps.monitoring.outcome(OUTCOMES[status]);
  headers.set('Content-Type', type);
  headers.set('Content-Length', String(body.length));
  return new Response(request.method === 'HEAD' ? null : body, { status, headers });
}
