import { concatBytes } from '../../../shared/bytes.ts';
import type { World } from './world.ts';

const LIMIT_MILLISECONDS = 15_000;
/** More than any OCSP response with a delegated responder's certificate has. */
const OCSP_RESPONSE_MAX_OCTETS = 65_536;

/** The browser's fetch. Nothing but these two requests goes out, and only to the page's own origin. */
export function browserWorld(now: World['now']): World {
  return {
    now,
    get: (path, maxOctets) => request(path, { method: 'GET' }, maxOctets),
    askOCSP: (der) => {
      const headers = { 'Content-Type': 'application/ocsp-request' };
      const init = { method: 'POST', headers, body: der.slice() };
      return request('/', init, OCSP_RESPONSE_MAX_OCTETS);
    },
  };
}

async function request(
  path: string,
  init: RequestInit,
  maxOctets: number,
): Promise<Uint8Array | undefined> {
  // `//host/x` in the catalogue would be another origin.
  const url = new URL(path, location.origin);
  if (url.origin !== location.origin) return undefined;
  try {
    const response = await fetch(url, {
      ...init,
      mode: 'same-origin',
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(LIMIT_MILLISECONDS),
    });
    return response.ok ? await readBounded(response, maxOctets) : undefined;
  } catch {
    return undefined; // no network, too slow, or cut off: the caller says that nothing came
  }
}

async function readBounded({ body }: Response, most: number): Promise<Uint8Array | undefined> {
  const reader = body?.getReader();
  const held: Uint8Array[] = [];
  let length = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      return undefined;
    }
    held.push(value);
  }
  return concatBytes(held);
}
