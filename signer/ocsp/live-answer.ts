import { decodeLiveRequest, type LiveRequest } from '../../shared/ocsp/live-request.ts';
import { encodeLiveResponseData } from '../../shared/ocsp/live-response.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { encodeLiveAnswer } from '../../shared/snapshot/live-answer.ts';
import { addSeconds, type Seconds, type UnixSeconds } from '../../shared/time.ts';
import { liveStatus } from '../database/live-status-query.ts';
import { lint } from '../lint/linted.ts';
import { type SignerContext, signingTime } from '../signer-context.ts';
import { signingProblem } from '../signing/signing-problem.ts';
import { createLiveIssuers, type LiveIssuer, type LiveResponder } from './live-issuers.ts';
import { createLoopTurns, type LoopTurns } from './loop-turns.ts';

/** Why a request was not answered live; the edge falls back to what it has. */
export type LiveError =
  | { readonly code: 'live-request-refused' }
  /** Not of one issuer for which live answers are on, or about something that is not on record. */
  | { readonly code: 'live-status-unknown' }
  | { readonly code: 'live-unavailable'; readonly reason: string };

/** RSP-8: the least that CP 4.9.10 allows, since the next answer is made when it is asked for. */
export const LIVE_VALIDITY: Seconds = 28_800;

/**
 * A response for one request, by the newest responder of its issuer: `encodeLiveAnswer`. What the
 * database says is the answer; what it says nothing of, or what waits for its CRL, has none.
 */
export type AnswerLive = (der: Uint8Array) => Promise<Result<Uint8Array, LiveError>>;

/** For these authorities. Each step has its own turn of the event loop: the acts of the CA go between. */
export function createLiveAnswers(
  context: SignerContext,
  authorities: readonly string[],
): AnswerLive {
  const issuers = createLiveIssuers(context, authorities);
  const turn = createLoopTurns();
  return async (der) => {
    await turn();
    // 1. The request.
    const request = decodeLiveRequest(der);
    if (!request.ok) return err({ code: 'live-request-refused' });
    // 2. One issuer for all: its responder signs for no other (RSP-18).
    const issuer = issuers.issuerOf(request.value.certIDs);
    if (!issuer) return err({ code: 'live-status-unknown' });
    const now = signingTime(context);
    if (!now.ok) return err({ code: 'live-unavailable', reason: now.error.code });
    // 3. The facts.
    const statuses = request.value.certIDs.map(({ serialNumber }) =>
      liveStatus(context.db, issuer.authorityId, serialNumber, now.value),
    );
    const known = statuses.filter((status) => status !== undefined);
    if (known.length !== statuses.length) return err({ code: 'live-status-unknown' });
    // 4. The responder.
    const by = issuers.responderOf(issuer);
    if (!by || by.row.notAfter - now.value < LIVE_VALIDITY)
      return err({ code: 'live-unavailable', reason: 'no responder' });
    const toSign = { issuer, by, request: request.value, now: now.value };
    return sign(context, toSign, known, turn);
  };
}

interface ToSign {
  readonly issuer: LiveIssuer;
  readonly by: LiveResponder;
  readonly request: LiveRequest;
  readonly now: UnixSeconds;
}

async function sign(
  context: SignerContext,
  { issuer: { identity: issuer }, by, request, now }: ToSign,
  statuses: readonly NonNullable<ReturnType<typeof liveStatus>>[],
  turn: LoopTurns,
): Promise<Result<Uint8Array, LiveError>> {
  const { row, responder, serialNumber } = by;
  const nextUpdate = addSeconds(now, LIVE_VALIDITY);
  const times = { producedAt: now, thisUpdate: now, nextUpdate, archiveCutoff: null };
  const response = { responderKeyHash: responder.keyHash, times, statuses };
  const tbs = encodeLiveResponseData(response, request);
  await turn();
  const linted = lint('live-ocsp', { issuer, responder, request, meant: statuses, tbs, now });
  if (!linted.ok) {
    const [first] = linted.error.findings;
    return err({ code: 'live-unavailable', reason: `${first?.rule}: ${first?.reason}` });
  }
  const { keystore, keyLabel: label, spki, signatureAlgorithm: algorithm } = row;
  const key = { keystore, label, spki, algorithm };
  await turn();
  const signature = await context.door.signLiveOCSP(key, linted.value);
  if (!signature.ok) {
    const problem = signingProblem(signature.error);
    const reason = 'reason' in problem ? problem.reason : problem.code;
    return err({ code: 'live-unavailable', reason });
  }
  return ok(
    encodeLiveAnswer({
      responderSerial: serialNumber,
      responderKeyHash: responder.keyHash,
      producedAt: now,
      nextUpdate,
      statuses,
      signature: signature.value,
    }),
  );
}
