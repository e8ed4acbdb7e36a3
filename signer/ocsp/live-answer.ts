import { type CertID, sameIssuer } from '../../shared/ocsp/cert-id.ts';
import { decodeLiveRequest, type LiveRequest } from '../../shared/ocsp/live-request.ts';
import { encodeLiveResponseData } from '../../shared/ocsp/live-response.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { encodeLiveAnswer } from '../../shared/snapshot/live-answer.ts';
import { addSeconds, type Seconds, type UnixSeconds } from '../../shared/time.ts';
import { findAuthority } from '../database/authority-table.ts';
import { certificateById } from '../database/certificate-table.ts';
import { liveStatus } from '../database/live-status-query.ts';
import { newestResponder, type ResponderRow } from '../database/responder-table.ts';
import { type ActiveAuthority, activeAuthority } from '../issuance/issuer.ts';
import { identityOf } from '../issuance/public-key.ts';
import { lint } from '../lint/linted.ts';
import { type SignerContext, signingTime } from '../signer-context.ts';
import { signingProblem } from '../signing/signing-problem.ts';
import { responderOf } from './responder.ts';

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
export async function answerLive(
  context: SignerContext,
  authorities: readonly string[],
  der: Uint8Array,
): Promise<Result<Uint8Array, LiveError>> {
  // 1. The request.
  const request = decodeLiveRequest(der);
  if (!request.ok) return err({ code: 'live-request-refused' });
  // 2. One issuer for all: its responder signs for no other (RSP-18).
  const authority = issuerOf(context, authorities, request.value.certIDs);
  if (!authority) return err({ code: 'live-status-unknown' });
  const now = signingTime(context);
  if (!now.ok) return err({ code: 'live-unavailable', reason: now.error.code });
  // 3. The facts.
  const statuses = request.value.certIDs.map(({ serialNumber }) =>
    liveStatus(context.db, authority.row.id, serialNumber, now.value),
  );
  const known = statuses.filter((status) => status !== undefined);
  if (known.length !== statuses.length) return err({ code: 'live-status-unknown' });
  // 4. The responder.
  const row = newestResponder(context.db, authority.row.id);
  if (!row || row.notAfter - now.value < LIVE_VALIDITY)
    return err({ code: 'live-unavailable', reason: 'no responder' });
  return sign(context, { authority, row, request: request.value, now: now.value }, known);
}

interface ToSign {
  readonly authority: ActiveAuthority;
  readonly row: ResponderRow;
  readonly request: LiveRequest;
  readonly now: UnixSeconds;
}

async function sign(
  context: SignerContext,
  { authority, row, request, now }: ToSign,
  statuses: readonly NonNullable<ReturnType<typeof liveStatus>>[],
): Promise<Result<Uint8Array, LiveError>> {
  const responder = responderOf(row);
  const nextUpdate = addSeconds(now, LIVE_VALIDITY);
  const times = { producedAt: now, thisUpdate: now, nextUpdate, archiveCutoff: null };
  const response = { responderKeyHash: responder.keyHash, times, statuses };
  const tbs = encodeLiveResponseData(response, request);
  const issuer = identityOf(authority.row);
  const linted = lint('live-ocsp', { issuer, responder, request, meant: statuses, tbs, now });
  if (!linted.ok) {
    const [first] = linted.error.findings;
    return err({ code: 'live-unavailable', reason: `${first?.rule}: ${first?.reason}` });
  }
  const { keystore, keyLabel: label, spki, signatureAlgorithm: algorithm } = row;
  const key = { keystore, label, spki, algorithm };
  const signature = await context.door.signLiveOCSP(key, linted.value);
  if (!signature.ok) {
    const problem = signingProblem(signature.error);
    const reason = 'reason' in problem ? problem.reason : problem.code;
    return err({ code: 'live-unavailable', reason });
  }
  const certificate = certificateById(context.db, row.certificateId);
  if (!certificate) return err({ code: 'live-unavailable', reason: 'no responder' });
  return ok(
    encodeLiveAnswer({
      responderSerial: certificate.serialNumber,
      responderKeyHash: responder.keyHash,
      producedAt: now,
      nextUpdate,
      statuses,
      signature: signature.value,
    }),
  );
}

/** The authority among these that all CertIDs name, under whichever hash each of them has. */
function issuerOf(
  context: SignerContext,
  authorities: readonly string[],
  certIDs: readonly CertID[],
): ActiveAuthority | undefined {
  for (const name of authorities) {
    const row = findAuthority(context.db, name);
    const authority = row?.certificate && activeAuthority(context, row);
    if (!authority || authority.policy.ocsp === null) continue;
    const identity = identityOf(authority.row);
    if (certIDs.every((certID) => sameIssuer(identity[certID.hash], certID))) return authority;
  }
  return undefined;
}
