import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { APIEvent } from './events.ts';
import { PROBLEM_MEDIA_TYPE, problemOf } from './problems.ts';
import type { RequestError } from './request-error.ts';

/** Ends a connection that sent no HTTP request, or none in time; there is no response object yet. */
export function answerClientError(
  error: Error,
  socket: Duplex,
  log: (event: APIEvent) => void,
): void {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = requestErrorOf(code);
  const problem = problemOf(refusal);
  log({ type: 'http-refused', code: refusal.code });
  const body = JSON.stringify(problem);
  const lines = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function requestErrorOf(code: unknown): RequestError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { code: 'request-timeout' };
  if (code === 'HPE_HEADER_OVERFLOW') return { code: 'header-too-large' };
  return { code: 'http-malformed' };
}
