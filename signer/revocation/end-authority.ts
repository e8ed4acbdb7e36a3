import { setImmediate as otherWork } from 'node:timers/promises';
import { CRL_REASONS } from '../../shared/policy/crl-reasons.ts';
import { ok, type Result } from '../../shared/result.ts';
import { serialNumberText } from '../../shared/serial-number.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import { authorityById } from '../database/authority-table.ts';
import { authoritiesFrom, hasReservation, liveCertificates } from '../database/below-query.ts';
import { insertEvent, requestEvents } from '../database/revocation-event-table.ts';
import type { RequestRow } from '../database/revocation-request-table.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { rememberTime, type SignerContext, signingTime } from '../signer-context.ts';
import { recordRevocation } from './record-revocation.ts';
import { stateOf } from './request-state.ts';

/** Certificates that are revoked in one transaction; between two of them others may act. */
const PAGE = 200;

/**
 * CP 4.9.1, 5.8: revokes what an authority, and every authority below it, has issued and what is still
 * valid. Its own certificate was revoked when this began, so it issues nothing more. The certificates
 * below are revoked as of now for cessationOfOperation whatever befell the authority: their own keys
 * are not compromised. Responders stay, since revoked statuses are told for ten years (RSP-16).
 *
 * Each page is a transaction that leaves out what is revoked already: if we stop between two, the next
 * call goes on. The request is executed when nothing is left and no certificate is still being made.
 */
export function endAuthority(
  context: SignerContext,
  request: RequestRow,
  person: string,
): Promise<Result<true, OperationError>> {
  return context.inTurn(`end authority ${request.authorityId}`, () =>
    endInTurn(context, request, person),
  );
}

async function endInTurn(
  context: SignerContext,
  request: RequestRow,
  person: string,
): Promise<Result<true, OperationError>> {
  const authorities = authoritiesFrom(context.db, request.authorityId);
  for (;;) {
    for (const authorityId of authorities) {
      const revoked = await revokeAll(context, request, authorityId, person);
      if (!revoked.ok) return revoked;
    }
    const now = signingTime(context);
    if (!now.ok) return now;
    if (authorities.some((id) => isIssuing(context, id))) return ok(true);
    // One may have been finished while those of another authority were revoked.
    if (!authorities.some((id) => hasLive(context, id, now.value)))
      return finish(context, request, person, now.value);
  }
}

function hasLive({ db }: SignerContext, authorityId: number, now: UnixSeconds): boolean {
  return liveCertificates(db, authorityId, now, { afterId: 0, limit: 1 }).length > 0;
}

function finish(
  { db, checkpoint }: SignerContext,
  { number }: RequestRow,
  person: string,
  at: UnixSeconds,
): Result<true, OperationError> {
  if (stateOf(requestEvents(db, number)) !== 'executing') return ok(true);
  db.transaction((tx) => {
    insertEvent(tx, number, { step: 'execute', at, person, note: null, verification: null });
    rememberTime(tx, at);
  });
  checkpoint('end authority: executed');
  return ok(true);
}

/** A reservation of its OCSP responder is none that anybody relies on. */
function isIssuing({ db, policy }: SignerContext, authorityId: number): boolean {
  const name = authorityById(db, authorityId)?.name ?? '';
  return hasReservation(db, authorityId, policy.authorities.get(name)?.ocsp?.responderProfile);
}

async function revokeAll(
  context: SignerContext,
  request: RequestRow,
  authorityId: number,
  person: string,
): Promise<Result<true, OperationError>> {
  let afterId = 0;
  for (;;) {
    const now = signingTime(context);
    if (!now.ok) return now;
    const page = liveCertificates(context.db, authorityId, now.value, { afterId, limit: PAGE });
    const last = page[page.length - 1];
    if (!last) return ok(true);
    const revocation = {
      revocationDate: now.value,
      reason: CRL_REASONS.cessationOfOperation,
      recordedAt: now.value,
    };
    context.audit.append({
      type: 'revocations-below',
      request: request.number,
      authority: authorityById(context.db, authorityId)?.name ?? '',
      serialNumbers: page.map(({ serialNumber }) => serialNumberText(serialNumber)),
      reason: 'cessationOfOperation',
      revocationDate: isoText(now.value),
      actor: person,
    });
    context.db.transaction((tx) => {
      for (const certificate of page)
        recordRevocation(tx, certificate, revocation, { request: request.number, person });
      rememberTime(tx, now.value);
    });
    context.checkpoint('end authority: page recorded');
    afterId = last.id;
    await otherWork();
  }
}
