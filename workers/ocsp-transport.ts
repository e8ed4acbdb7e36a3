import { bytesFromBase64 } from '../shared/bytes.ts';
import {
  decodeOCSPRequest,
  OCSP_REQUEST_MAX_OCTETS,
  type OCSPRequest,
} from '../shared/ocsp/request.ts';
import { malformed, type OCSPRequestError } from '../shared/ocsp/request-error.ts';
import type { Result } from '../shared/result.ts';
import { OCSP_URL_PATH } from '../shared/served-paths.ts';

type Decoded = Result<OCSPRequest, OCSPRequestError>;

/** REQ-6: of the request target as sent, its first slash included. */
export const OCSP_PATH_MAX_CHARACTERS = 2048;

const BELOW_OCSP = `${OCSP_URL_PATH}/`;

const ESCAPE = /%([0-9A-Fa-f]{2})/g;

/**
 * RFC 6960 A.1, GET {url}/{url-encoding of base-64 encoding of the DER encoding of the OCSPRequest}.
 *
 * `target` is taken as sent: escapes are undone once, slashes never merged, `+` stays what it is,
 * and one slash too many before the data is passed over (REQ-3). Whatever is not padded base64
 * after that is malformed (REQ-4): white space, base64url, a query, a bad escape, nothing at all.
 */
export function ocspRequestFromTarget(target: string): Decoded {
  if (target.length > OCSP_PATH_MAX_CHARACTERS) return malformed('too-large');
  const der = ocspRequestOctets(target);
  return der ? decodeOCSPRequest(der) : malformed('not-base64');
}

/**
 * The DER in a request target, also below `/ocsp`, where an OCSP URL shares its host with files;
 * undefined when it is no base64. Base64 of DER begins with `M`, so that no request begins so.
 */
export function ocspRequestOctets(target: string): Uint8Array | undefined {
  const sent = target.startsWith(BELOW_OCSP) ? target.slice(BELOW_OCSP.length - 1) : target;
  const unescaped = sent.includes('%') ? sent.replace(ESCAPE, unescapeOctet) : sent;
  const der = bytesFromBase64(unescaped.slice(unescaped.startsWith('//') ? 2 : 1));
  return der.ok ? der.value : undefined;
}

function unescapeOctet(_escape: string, digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16));
}

/**
 * RFC 6960 A.1, POST: the DER is the body, whatever its Content-Type says (REQ-7). `undefined` when
 * it is over the limit or does not arrive; no more than one piece too many is read.
 */
export function ocspRequestBody(request: Request): Promise<Uint8Array | undefined> {
  const declared = request.headers.get('content-length');
  // HTTP frames a body by its Content-Length, so a small one cannot turn out long.
  if (declared === null) return undeclaredBody(request).catch(nothing);
  if (!(Number(declared) <= OCSP_REQUEST_MAX_OCTETS)) return Promise.resolve(undefined);
  return request.arrayBuffer().then(smallBody, nothing);
}

const nothing = () => undefined;

function smallBody(body: ArrayBuffer): Uint8Array | undefined {
  return body.byteLength <= OCSP_REQUEST_MAX_OCTETS ? new Uint8Array(body) : undefined;
}

async function undeclaredBody({ body }: Request): Promise<Uint8Array | undefined> {
  return body ? drain(body, OCSP_REQUEST_MAX_OCTETS) : EMPTY;
}

const EMPTY = new Uint8Array(0);

async function drain(
  body: ReadableStream<Uint8Array>,
  limit: number,
): Promise<Uint8Array | undefined> {
  const held = new Uint8Array(limit);
  let length = 0;
  for await (const piece of body) {
    if (length + piece.length > limit) return undefined;
    held.set(piece, length);
    length += piece.length;
  }
  return held.subarray(0, length);
}
