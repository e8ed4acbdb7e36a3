import type { Responder, ResponseTimes } from '../../shared/ocsp/response.ts';
import { err, must, ok, type Result } from '../../shared/result.ts';
import { placeOf } from '../../shared/snapshot/directory.ts';
import { addSeconds, type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import type { Transaction } from '../database/database.ts';
import { insertBatch, putResponse } from '../database/ocsp-table.ts';
import { PLACE_BITS } from '../database/outbox-table.ts';
import type { ResponderRow } from '../database/responder-table.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import { issuerIdentity } from '../issuance/public-key.ts';
import { lint } from '../lint/linted.ts';
import type { StatusToSign } from '../lint/ocsp/candidate.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';
import type { OCSPSignatures } from '../signing/signing-door.ts';
import { signingProblem } from '../signing/signing-problem.ts';
import { responderOf } from './responder.ts';

/** Signed statuses of one batch, ready to be stored. */
export interface SignedStatuses {
  readonly authority: ActiveAuthority;
  readonly responder: ResponderRow;
  readonly times: ResponseTimes;
  readonly statuses: readonly StatusToSign[];
  readonly signatures: OCSPSignatures;
  readonly verified: 'verified' | 'unverified';
}

/** thisUpdate = producedAt (RSP-7); nextUpdate never outlives the responder (RSP-21). */
export function responseTimes(
  authority: ActiveAuthority,
  responder: ResponderRow,
  now: UnixSeconds,
): ResponseTimes {
  const nextUpdate = Math.min(
    addSeconds(now, authority.policy.ocsp.validitySeconds.value),
    responder.notAfter,
  );
  return {
    producedAt: now,
    thisUpdate: now,
    nextUpdate: unixSeconds(nextUpdate),
    archiveCutoff: null,
  };
}

/** Lints and signs statuses as they are now; nothing is stored yet. */
export async function signStatuses(
  context: SignerContext,
  authority: ActiveAuthority,
  responder: ResponderRow,
  statuses: readonly StatusToSign[],
  now: UnixSeconds,
): Promise<Result<SignedStatuses, OperationError>> {
  const times = responseTimes(authority, responder, now);
  if (statuses.length === 0) {
    return ok({ authority, responder, times, statuses, signatures: [], verified: 'verified' });
  }
  const description: Responder = responderOf(responder);
  const linted = lint('ocsp', {
    issuer: must(issuerIdentity(authority.row.subject, authority.row.spki), 'key of an authority'),
    responder: description,
    times,
    statuses,
    now,
  });
  if (!linted.ok) return linted;
  const { keystore, keyLabel: label, spki, signatureAlgorithm: algorithm } = responder;
  const signed = await context.door.signOCSP({ keystore, label, spki, algorithm }, linted.value);
  if (!signed.ok) return err(signingProblem(signed.error));
  const { signatures, verified } = signed.value;
  return ok({ authority, responder, times, statuses, signatures, verified });
}

/** Stores a batch; answers the places that changed. */
export function storeStatuses(tx: Transaction, signed: SignedStatuses): ReadonlySet<number> {
  const { authority, responder, times, statuses, signatures } = signed;
  const places = new Set<number>();
  if (statuses.length === 0) return places;
  const batchId = insertBatch(tx, authority.row.id, responder.id, times);
  statuses.forEach(({ serialNumber, certStatus }, i) => {
    const pair = signatures[i];
    if (!pair) return;
    const place = placeOf(serialNumber, PLACE_BITS);
    const verified = signed.verified === 'verified';
    const response = { place, serialNumber, batchId, certStatus, verified, signatures: pair };
    putResponse(tx, authority.row.id, response);
    places.add(place);
  });
  return places;
}
