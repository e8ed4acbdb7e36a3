import { hexFromBytes } from '../shared/bytes.ts';
import type { CertID } from '../shared/ocsp/cert-id.ts';
import type { CertStatus } from '../shared/ocsp/response.ts';
import { rebuildOCSPResponse, type StoredResponse } from '../shared/snapshot/ocsp-shard-reader.ts';
import { httpDate, type UnixSeconds, type ValidityWindow } from '../shared/time.ts';
import { cacheControl, NEVER_CACHED, responseMaxAge, type Validators } from './cache-policy.ts';
import type { Tally } from './monitoring.ts';
import type { HashedShard } from './shard-reader.ts';
import type { Snapshot } from './snapshot.ts';
import { sha256 } from './verified-blobs.ts';

/** A signed OCSPResponse, rebuilt, and what HTTP says about it. */
export interface OCSPAnswer {
  /** The certificate it is about, to be compared with the one asked about. */
  readonly certID: CertID;
  readonly status: CertStatus['status'];
  readonly window: ValidityWindow;
  readonly validators: Validators;
  readonly der: Uint8Array;
  /** Of its issuer: one more each time that it is given. */
  readonly answers: Tally;
  /** HTTP-1 to HTTP-4 for an answer given at `now`. The object is used again: do not change it. */
  headersAt(now: UnixSeconds): Headers;
}

/**
 * An answer given before to the very same request, and the snapshot it was found in: while that
 * snapshot is the adopted one, whatever led from the request to the answer leads there again.
 */
export interface GivenAnswer {
  readonly snapshot: Snapshot;
  readonly answer: OCSPAnswer;
}

export const OCSP_RESPONSE_TYPE = 'application/ocsp-response';

/** What an answer takes in memory beside its DER. */
export const ANSWER_OVERHEAD_BYTES = 2048;

export async function buildAnswer(
  { shard }: HashedShard,
  stored: StoredResponse,
  certID: CertID,
  answers: Tally,
): Promise<OCSPAnswer> {
  const der = rebuildOCSPResponse(shard, stored, certID.hash);
  const { thisUpdate, nextUpdate } = stored.times;
  const { status } = stored.certStatus;
  return answerOf({ der, certID, answers, status, window: { thisUpdate, nextUpdate } });
}

/** A signed response and what HTTP says about it. */
export async function answerOf(
  signed: Pick<OCSPAnswer, 'der' | 'certID' | 'answers' | 'status' | 'window'>,
): Promise<OCSPAnswer> {
  const { der, window } = signed;
  const etag = `"${hexFromBytes(await sha256(der))}"`;
  return {
    ...signed,
    validators: { etag, lastModified: window.thisUpdate },
    headersAt: headersOf(window, etag, der.length),
  };
}

/** The same for whoever asked and nobody else: no cache keeps it (ADR 17). */
export function forOneClient(answer: OCSPAnswer): OCSPAnswer {
  return {
    ...answer,
    headersAt(now) {
      const headers = answer.headersAt(now);
      headers.set('cache-control', NEVER_CACHED);
      headers.delete('expires');
      return headers;
    },
  };
}

/**
 * Making a Response from a Headers object costs half of what making it from names and values
 * costs, so that each answer keeps one and renews in it what changes with the second. Names in
 * lower case, as the Fetch standard keeps them: another case is kept beside them and costs as well.
 */
function headersOf(
  window: ValidityWindow,
  etag: string,
  length: number,
): (now: UnixSeconds) => Headers {
  const headers = new Headers({
    'content-type': OCSP_RESPONSE_TYPE,
    'content-length': String(length),
    'last-modified': httpDate(window.thisUpdate),
    expires: httpDate(window.nextUpdate),
    etag,
  });
  let writtenAt: UnixSeconds | undefined;
  return (now) => {
    if (now === writtenAt) return headers;
    headers.set('date', httpDate(now));
    headers.set('cache-control', cacheControl(responseMaxAge(window, now)));
    writtenAt = now;
    return headers;
  };
}
