import { encodeUnsignedStatus, type UnsignedStatus } from '../shared/ocsp/response.ts';
import { httpDate, type UnixSeconds } from '../shared/time.ts';
import { NEVER_CACHED } from './cache-policy.ts';
import { OCSP_RESPONSE_TYPE } from './ocsp-answer.ts';

interface Unsigned {
  readonly der: Uint8Array;
  /** Used again: only the date changes. */
  readonly headers: Headers;
  writtenAt: UnixSeconds | undefined;
}

const made = new Map<UnsignedStatus, Unsigned>();

/** A status of five octets that nobody keeps (HTTP-6); floods ask for it, so that it is made once. */
export function unsignedResponse(
  method: string,
  status: UnsignedStatus,
  now: UnixSeconds,
): Response {
  const unsigned = made.get(status) ?? make(status);
  if (unsigned.writtenAt !== now) {
    unsigned.headers.set('date', httpDate(now));
    unsigned.writtenAt = now;
  }
  const { der, headers } = unsigned;
  return new Response(method === 'HEAD' ? null : der, { headers });
}

function make(status: UnsignedStatus): Unsigned {
  const der = encodeUnsignedStatus(status);
  const headers = new Headers({
    'content-type': OCSP_RESPONSE_TYPE,
    'content-length': String(der.length),
    'cache-control': NEVER_CACHED,
  });
  const unsigned: Unsigned = { der, headers, writtenAt: undefined };
  made.set(status, unsigned);
  return unsigned;
}
