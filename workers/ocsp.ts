import { hexFromBytes } from '../shared/bytes.ts';
import type { CertID } from '../shared/ocsp/cert-id.ts';
import { decodeOCSPRequest, type OCSPRequest } from '../shared/ocsp/request.ts';
import type { OCSPRequestError } from '../shared/ocsp/request-error.ts';
import type { UnsignedStatus } from '../shared/ocsp/response.ts';
import type { Result } from '../shared/result.ts';
import type { UnixSeconds } from '../shared/time.ts';
import { freshnessAt, isNotModified } from './cache-policy.ts';
import type { Deps } from './deps.ts';
import { memoKey } from './memo.ts';
import type { Outcome } from './monitoring.ts';
import type { OCSPAnswer } from './ocsp-answer.ts';
import { findAnswer, heldAnswer, type Lookup, type LookupFailure } from './ocsp-lookup.ts';
import { ocspRequestBody, ocspRequestFromTarget, ocspRequestOctets } from './ocsp-transport.ts';
import { unsignedResponse } from './unsigned-response.ts';

/**
 * What an answer depends on beside what was asked. RFC 9110 13.1.3: only GET and HEAD are
 * conditional, so that of a POST, which is answered in full, no field is looked at (HTTP-9).
 */
type Asking =
  | { readonly method: 'GET' | 'HEAD'; readonly headers: Headers }
  | { readonly method: 'POST' };

const POST: Asking = { method: 'POST' };

/**
 * RFC 6960 A.1 and RFC 9919: a response that the signer made beforehand, or an unsigned status.
 * Always HTTP 200, because OpenSSL's client reads a body only then. Not a promise when everything
 * is in memory. Who asks for a page with what is no request at all gets what `page` makes: the
 * addresses of policies (CP 2.2) are those of people.
 */
export function answerGet(
  method: 'GET' | 'HEAD',
  request: Request,
  target: string,
  deps: Deps,
  page: () => Promise<Response>,
): Response | Promise<Response> {
  const asking = { method, headers: request.headers };
  const now = deps.clock();
  const held = heldAnswer(target, deps, now);
  if (held) return serveAgain(asking, held, deps, now);
  const decoded = ocspRequestFromTarget(target);
  if (!decoded.ok && decoded.error.reason === 'not-base64' && wantsPage(request)) return page();
  return answerRequest(asking, target, decoded, deps, () => ocspRequestOctets(target));
}

/** Browsers name it; OCSP clients name nothing, `*` or their own type. */
function wantsPage({ headers }: Request): boolean {
  return headers.get('accept')?.includes('text/html') === true;
}

export async function answerPost(request: Request, deps: Deps): Promise<Response> {
  const body = await ocspRequestBody(request);
  if (!body) return unsigned(POST, 'malformedRequest', 'ocsp-malformed-request', deps);
  // No target is ever taken for a body: the one begins with `/`, DER with the octet of `0`.
  const asked = memoKey(body);
  const now = deps.clock();
  const held = heldAnswer(asked, deps, now);
  if (held) return serveAgain(POST, held, deps, now);
  return answerRequest(POST, asked, decodeOCSPRequest(body), deps, () => body);
}

async function answerRequest(
  asking: Asking,
  asked: string,
  decoded: Result<OCSPRequest, OCSPRequestError>,
  deps: Deps,
  octets: () => Uint8Array | undefined,
): Promise<Response> {
  if (!decoded.ok) {
    const live = await deps.live?.forRefused(decoded.error, octets());
    return live
      ? serve(asking, live, deps, deps.clock())
      : refuseRequest(asking, decoded.error, deps);
  }
  const { certID } = decoded.value;
  deps.monitoring.asked(certID.hash);
  const found = await findAnswer(asked, certID, deps);
  const live = deps.live && (await deps.live.forLookup(found, octets()));
  if (live) return serve(asking, live, deps, deps.clock());
  if (!found.ok) countUnassigned(found.error, certID, deps);
  return answerLookup(asking, found, deps);
}

/** REQ-24, when nobody had an answer: what the signer knows of is assigned, and not here yet. */
function countUnassigned(failure: LookupFailure, { serialNumber }: CertID, deps: Deps): void {
  if (failure.code !== 'unassigned-serial') return;
  deps.monitoring.unassigned(failure.issuer);
  deps.queries.add(failure.issuer, hexFromBytes(serialNumber), deps.clock());
}

function serveAgain(asking: Asking, held: OCSPAnswer, deps: Deps, now: UnixSeconds): Response {
  deps.monitoring.asked(held.certID.hash);
  return serve(asking, held, deps, now);
}

function answerLookup(asking: Asking, found: Lookup, deps: Deps): Response {
  const now = deps.clock();
  if (found.ok) return serve(asking, found.value, deps, now);
  const { outcome, status } = LOOKUP_FAILURE[found.error.code];
  return unsigned(asking, status, outcome, deps);
}

interface Refused {
  readonly outcome: Outcome;
  readonly status: UnsignedStatus;
}

const LOOKUP_FAILURE: Readonly<Record<LookupFailure['code'], Refused>> = {
  'unknown-issuer': { outcome: 'ocsp-unknown-issuer', status: 'unauthorized' },
  'unassigned-serial': { outcome: 'ocsp-unassigned-serial', status: 'unauthorized' },
  unavailable: { outcome: 'ocsp-unavailable', status: 'tryLater' },
  inconsistent: { outcome: 'ocsp-inconsistent', status: 'internalError' },
};

function refuseRequest(asking: Asking, error: OCSPRequestError, deps: Deps): Response {
  switch (error.code) {
    case 'malformed-request':
      return unsigned(asking, 'malformedRequest', 'ocsp-malformed-request', deps);
    case 'not-answerable':
      return unsigned(asking, 'unauthorized', 'ocsp-not-answerable', deps);
  }
}

/** The window is checked at the moment of answering: memory and stores outlive responses. */
function serve(asking: Asking, answer: OCSPAnswer, deps: Deps, now: UnixSeconds): Response {
  const freshness = freshnessAt(answer.window, now);
  if (freshness !== 'valid') return unsigned(asking, 'tryLater', `ocsp-${freshness}`, deps);
  answer.answers.count++;
  const headers = answer.headersAt(now);
  if (asking.method !== 'POST' && isNotModified(asking.headers, answer.validators)) {
    deps.monitoring.outcome('ocsp-not-modified');
    return notModified(headers);
  }
  deps.monitoring.outcome(answer.status === 'good' ? 'ocsp-good' : 'ocsp-revoked');
  return new Response(asking.method === 'HEAD' ? null : answer.der, { headers });
}

/** RFC 9110 15.4.5: what a cache needs, and nothing about a body that is not there. */
function notModified(full: Headers): Response {
  const headers = new Headers(full);
  headers.delete('Content-Type');
  headers.delete('Content-Length');
  return new Response(null, { status: 304, headers });
}

function unsigned(asking: Asking, status: UnsignedStatus, outcome: Outcome, deps: Deps): Response {
  deps.monitoring.outcome(outcome);
  return unsignedResponse(asking.method, status, deps.clock());
}
