import type { IncomingMessage } from 'node:http';
import { concatBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { decodeJSON } from './json.ts';
import type { RequestError } from './request-error.ts';
import type { Method } from './route.ts';

/**
 * The JSON of a request; undefined for GET, which has no body. POST must say `application/json`,
 * even for `{}`: a page in an operator's browser can send anything else across origins without
 * asking first, and the browser would add the client certificate.
 */
export async function readBody(
  request: IncomingMessage,
  method: Method,
  maxBytes: number,
): Promise<Result<unknown, RequestError>> {
  if (method === 'POST' && !isJSON(request.headers['content-type'])) {
    return err({ code: 'media-type-unsupported' });
  }
  const bytes = await readBytes(request, maxBytes);
  if (!bytes.ok) return bytes;
  if (method === 'GET') {
    return bytes.value.length === 0 ? ok(undefined) : malformed('must be empty');
  }
  const json = decodeJSON(bytes.value);
  return json.ok ? json : malformed(json.error.reason);
}

/** Stops listening at the first byte too many; the caller closes the connection. */
export function readBytes(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Result<Uint8Array, RequestError>> {
  const tooLarge = err({ code: 'body-too-large', maxBytes } as const);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve(tooLarge);
  return new Promise((resolve) => {
    const parts: Uint8Array[] = [];
    let length = 0;
    request.on('data', (part: Uint8Array) => {
      length += part.length;
      if (length <= maxBytes) {
        parts.push(part);
        return;
      }
      request.pause();
      resolve(tooLarge);
    });
    request.once('end', () => resolve(ok(concatBytes(parts))));
    request.once('error', () => resolve(malformed('ended early')));
    request.once('close', () => resolve(malformed('ended early')));
  });
}

function isJSON(contentType: string | undefined): boolean {
  return /^application\/json(?:\s*;\s*charset="?utf-8"?)?$/i.test(contentType ?? '');
}

function malformed(reason: string): Result<never, RequestError> {
  return err({ code: 'request-malformed', pointer: '', reason });
}
