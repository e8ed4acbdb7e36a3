import { bytesEqual } from '../shared/bytes.ts';
import type { LiveRequest } from '../shared/ocsp/live-request.ts';
import { encodeLiveResponseData } from '../shared/ocsp/live-response.ts';
import { encodeOCSPResponse, type Responder } from '../shared/ocsp/response.ts';
import { err, ok, type Result } from '../shared/result.ts';
import type { LiveAnswer } from '../shared/snapshot/live-answer.ts';
import { findStoredResponse, type OCSPShard } from '../shared/snapshot/ocsp-shard-reader.ts';
import { type Seconds, type UnixSeconds, unixSeconds } from '../shared/time.ts';
import { freshnessAt } from './cache-policy.ts';
import type { Tally } from './monitoring.ts';
import { answerOf, forOneClient, type OCSPAnswer } from './ocsp-answer.ts';
import { readResponderCertificate } from './responder-certificate.ts';

/**
 * `lied`: it is not what the responder signed for this request. `unverified`: this snapshot does not
 * have the responder yet. `untimely`: it was kept, or the clocks of signer and edge differ too much.
 */
export type LiveRefusal = 'lied' | 'unverified' | 'untimely';

/** An answer that was kept is none: what it says may have been true then. */
const AGE_MOST: Seconds = 300;

/**
 * How far the signer's clock may be ahead of this one. RSP-7 binds the signer, by its own clock; an
 * edge that is a second behind it would have no answers otherwise.
 */
const AHEAD_MOST: Seconds = 60;

/** RSP-8. */
const VALIDITY_LEAST: Seconds = 28_800;
const VALIDITY_MOST: Seconds = 863_999;

/** Of the issuer: the shard with its responder, and the tally of its answers. */
interface Served {
  readonly shard: OCSPShard;
  readonly answers: Tally;
}

/**
 * The ResponseData is built here, from the request that was sent, so that CertIDs, their order and
 * the nonce cannot be others; then its signature is verified with the key of the responder that the
 * signed snapshot has, and calls good, under its serial number.
 */
export async function verifyLiveAnswer(
  answer: LiveAnswer,
  request: LiveRequest,
  { shard, answers }: Served,
  now: UnixSeconds,
): Promise<Result<OCSPAnswer, LiveRefusal>> {
  const { certIDs } = request;
  const [certID] = certIDs;
  const { producedAt, nextUpdate, statuses, signature } = answer;
  if (!certID || statuses.length !== certIDs.length) return err('lied');
  const validity = nextUpdate - producedAt;
  if (validity < VALIDITY_LEAST || validity > VALIDITY_MOST) return err('lied');
  if (producedAt - now > AHEAD_MOST || now - producedAt > AGE_MOST) return err('untimely');
  const responder = pinnedResponder(answer, shard, now);
  if (!responder) return err('unverified');
  const times = { thisUpdate: producedAt, nextUpdate, producedAt, archiveCutoff: null };
  const response = { responderKeyHash: responder.keyHash, times, statuses };
  const tbs = encodeLiveResponseData(response, request);
  if (!(await isSignedBy(responder, tbs, signature))) return err('lied');
  const der = encodeOCSPResponse(tbs, responder, signature);
  // RFC 9110 8.8.2.1: Last-Modified is never later than Date.
  const window = { thisUpdate: unixSeconds(Math.min(producedAt, now)), nextUpdate };
  const good = statuses.every(({ status }) => status === 'good');
  const status = good ? 'good' : 'revoked';
  const built = await answerOf({ der, certID, answers, status, window });
  // HTTP-5: an RFC 9919 request has one CertID and no nonce; what answers another is one client's.
  const isProfiled = certIDs.length === 1 && request.nonce === null;
  return ok(isProfiled ? built : forOneClient(built));
}

/**
 * Its own certificate must be good now, answered for by itself, and outlive the answer (RSP-21). The
 * serial number is that of the certificate which has the key: of another one that this responder
 * answers for, good says nothing about the responder.
 */
function pinnedResponder(
  { responderSerial, responderKeyHash, nextUpdate }: LiveAnswer,
  shard: OCSPShard,
  now: UnixSeconds,
): Responder | undefined {
  const own = findStoredResponse(shard, responderSerial);
  if (own?.certStatus.status !== 'good') return undefined;
  if (freshnessAt(own.times, now) !== 'valid') return undefined;
  const { certificate } = own.responder;
  const pinned = certificate && readResponderCertificate(certificate);
  if (!pinned || !bytesEqual(pinned.serialNumber, responderSerial)) return undefined;
  if (now < pinned.notBefore || nextUpdate > pinned.notAfter) return undefined;
  return bytesEqual(own.responder.keyHash, responderKeyHash) ? own.responder : undefined;
}

async function isSignedBy(
  { certificate, signatureAlgorithm, signatureLength }: Responder,
  tbs: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const spki = certificate && readResponderCertificate(certificate)?.spki;
  if (!spki || signature.length !== signatureLength) return false;
  const hash = signatureAlgorithm.toLowerCase().includes('sha384') ? 'SHA-384' : 'SHA-256';
  const isECDSA = signatureAlgorithm.startsWith('ecdsa');
  const imported = isECDSA
    ? { name: 'ECDSA', namedCurve: signatureLength === 64 ? 'P-256' : 'P-384' }
    : { name: 'RSASSA-PKCS1-v1_5', hash };
  const algorithm = isECDSA ? { name: 'ECDSA', hash } : { name: 'RSASSA-PKCS1-v1_5' };
  try {
    const key = await crypto.subtle.importKey('spki', spki, imported, false, ['verify']);
    // WebCrypto takes ECDSA signatures as r || s, which is how they are packed.
    return await crypto.subtle.verify(algorithm, key, signature, tbs);
  } catch {
    return false;
  }
}
