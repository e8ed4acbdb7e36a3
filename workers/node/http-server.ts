import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OCSP_REQUEST_MAX_OCTETS } from '../../shared/ocsp/request.ts';

/** As the Worker answers; never rejects. */
export type Answer = (request: Request) => Response | Promise<Response>;

/** A request must have come in whole within this; OCSP requests are small. */
const REQUEST_MILLISECONDS = 10_000;
/** A connection on which nothing moves for this long is ended, also in the middle of an answer. */
const IDLE_MILLISECONDS = 30_000;

/** What nobody reads of a body is let in up to here, so that the client gets to see its answer. */
const UNREAD_MAX_OCTETS = 8 << 20;

/** Answers up to here are put together first; longer ones are sent piece by piece. */
const WHOLE_MAX_OCTETS = 1 << 20;

/** Handlers look at path and query alone, so that every request has this host. */
const BASE = 'http://edge.invalid';

/** Node's HTTP server before the handlers of the Worker; plain http, as OCSP and CRLs are served. */
export function createEdgeServer(answer: Answer): Server {
  const server = createServer(
    {
      requestTimeout: REQUEST_MILLISECONDS,
      headersTimeout: REQUEST_MILLISECONDS,
      connectionsCheckingInterval: REQUEST_MILLISECONDS / 2,
    },
    (incoming, outgoing) => {
      // A client that leaves halfway is no event: nothing was promised to it.
      exchange(incoming, outgoing, answer).catch(() => outgoing.destroy());
    },
  );
  server.setTimeout(IDLE_MILLISECONDS);
  server.keepAliveTimeout = IDLE_MILLISECONDS;
  return server;
}

async function exchange(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: Answer,
): Promise<void> {
  const response = await answer(await toRequest(incoming));
  outgoing.once('finish', () => dropRest(incoming));
  await send(outgoing, response);
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const { method = 'GET', url = '/', rawHeaders } = incoming;
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
  }
  const init: RequestInit = { method: method === 'TRACE' ? UNKNOWN_METHOD : method, headers };
  if (method === 'POST') init.body = await firstOctets(incoming);
  return new Request(targetURL(url), init);
}

/** The Fetch standard forbids to make a TRACE; for the handlers it is as good as any they refuse. */
const UNKNOWN_METHOD = 'OPTIONS';

/** RFC 9112 3.2: origin form as it was sent, or the absolute form that proxies use. */
function targetURL(target: string): string {
  if (target.startsWith('/')) return BASE + target;
  return URL.parse(target)?.protocol === 'http:' ? target : `${BASE}/`;
}

/** One octet more than any request may have is enough for the handler to refuse it (REQ-6). */
async function firstOctets(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const held = new Uint8Array(OCSP_REQUEST_MAX_OCTETS + 1);
  let length = 0;
  const reading = incoming.iterator({ destroyOnReturn: false });
  for await (const piece of reading) {
    const fits = piece.subarray(0, held.length - length);
    held.set(fits, length);
    length += fits.length;
    if (length === held.length) break;
  }
  return held.subarray(0, length);
}

/** A body that goes on after its answer ends the connection, unless it is about to end itself. */
function dropRest(incoming: IncomingMessage): void {
  if (incoming.complete) return;
  let dropped = 0;
  incoming.on('data', (piece: Uint8Array) => {
    dropped += piece.length;
    if (dropped > UNREAD_MAX_OCTETS) incoming.socket.destroy();
  });
  incoming.resume();
}

async function send(outgoing: ServerResponse, response: Response): Promise<void> {
  outgoing.statusCode = response.status;
  outgoing.setHeaders(response.headers);
  const { body } = response;
  if (!body) {
    outgoing.end();
    return;
  }
  const declared = response.headers.get('content-length');
  if (declared === null || Number(declared) <= WHOLE_MAX_OCTETS) {
    outgoing.end(new Uint8Array(await response.arrayBuffer()));
    return;
  }
  // A stream that breaks off takes the connection with it, short of Content-Length.
  await pipeline(Readable.fromWeb(body), outgoing);
}
