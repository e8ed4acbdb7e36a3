import { bytesFromBase64 } from '../shared/bytes.ts';
import { decodeEdgeRequestText } from '../shared/snapshot/edge-request.ts';
import { decodeSignedNote, type PublicationKey } from '../shared/snapshot/head.ts';
import { httpDate, type Seconds, type UnixSeconds } from '../shared/time.ts';
import { NEVER_CACHED } from './cache-policy.ts';
import type { UnassignedQueries } from './unassigned-queries.ts';

/** How old a signed request may be: it reads only, so that a replay within it shows nothing new. */
const REQUEST_AGE: Seconds = 120;

/** `Authorization: Inkan <base64 of a signed note>`. */
const CREDENTIALS = /^Inkan ([A-Za-z0-9+/=]{1,4096})$/;

const SINCE = /^\/radar\.json\?since=(\d{1,10})$/;

export const RADAR_PATH = '/radar.json';

/**
 * GET /radar.json?since=<Unix time>, for the signer alone: no new secret, since the request carries a
 * note of the publication key, whose public half is pinned here anyway.
 */
export async function serveRadar(
  target: string,
  authorization: string | null,
  now: UnixSeconds,
  deps: { readonly publicationKey: PublicationKey; readonly queries: UnassignedQueries },
): Promise<Response> {
  const since = SINCE.exec(target)?.[1];
  if (since === undefined) return refuse(400, 'radar.json?since=<Unix time>', now);
  if (!(await isSigned(authorization, target, now, deps.publicationKey))) {
    const response = refuse(401, 'Only for the signer', now);
    response.headers.set('WWW-Authenticate', 'Inkan');
    return response;
  }
  if (!deps.queries.radar) return refuse(404, 'No RADAR is bound', now);
  try {
    await deps.queries.passOn(now);
    const body = JSON.stringify({ hours: await deps.queries.radar.report(Number(since)) });
    return new Response(body, { headers: headers('application/json', now) });
  } catch {
    return refuse(503, 'Temporarily unavailable', now);
  }
}

async function isSigned(
  authorization: string | null,
  target: string,
  now: UnixSeconds,
  key: PublicationKey,
): Promise<boolean> {
  const note = bytesFromBase64(CREDENTIALS.exec(authorization ?? '')?.[1] ?? '');
  const decoded = note.ok ? decodeSignedNote(note.value, key) : undefined;
  if (!decoded?.ok) return false;
  const { text, signature } = decoded.value;
  const request = decodeEdgeRequestText(text);
  if (request?.origin !== key.name || request.target !== target) return false;
  if (Math.abs(now - request.time) > REQUEST_AGE) return false;
  const imported = await crypto.subtle.importKey('raw', key.publicKey, 'Ed25519', false, [
    'verify',
  ]);
  return crypto.subtle.verify('Ed25519', imported, signature, text);
}

function refuse(status: number, text: string, now: UnixSeconds): Response {
  return new Response(`${text}\n`, { status, headers: headers('text/plain; charset=utf-8', now) });
}

function headers(type: string, now: UnixSeconds): Headers {
  return new Headers({
    'Content-Type': type,
    'Cache-Control': NEVER_CACHED,
    'X-Content-Type-Options': 'nosniff',
    Date: httpDate(now),
  });
}
