import { err, ok, type Result } from '../../shared/result.ts';
import { isoText, type UnixSeconds } from '../../shared/time.ts';
import { authorityById } from '../database/authority-table.ts';
import {
  abandonCeremonyReservations,
  type CeremonyRow,
  ceremonyByBundle,
  ceremonyById,
  endCeremony,
  openCertifications,
  outdatedCeremonies,
} from '../database/ceremony-table.ts';
import type { Reader } from '../database/database.ts';
import { authorityThatIssues } from '../issuance/issuer.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SignerContext } from '../signer-context.ts';

/**
 * Ends what nobody answered in time, and what would certify a sub-CA or a subscriber of a CA that was revoked meanwhile:
 * its serial numbers stay on record and are never good.
 */
export function expireCeremonies(context: SignerContext, now: UnixSeconds): void {
  for (const ceremony of outdatedCeremonies(context.db, now)) {
    endOpen(context, ceremony, 'expired', 'schedule', now);
  }
  // A revoked CA issues nothing more, and nothing below it is issued.
  for (const ceremony of openCertifications(context.db)) {
    const name = authorityById(context.db, ceremony.authorityId)?.name ?? '';
    const authority = authorityThatIssues(context, name, now);
    if (!authority.ok && authority.error.code === 'authority-revoked')
      endOpen(context, ceremony, 'cancelled', 'schedule', now);
  }
}

/** Takes an open request back; what comes back for it afterwards is refused. */
export function cancelCeremony(
  context: SignerContext,
  bundleId: string,
  actor: string,
  now: UnixSeconds,
): Result<CeremonyRow, OperationError> {
  const ceremony = ceremonyByBundle(context.db, bundleId);
  if (!ceremony) return err({ code: 'ceremony-unknown', ceremony: bundleId });
  const open = checkOpen(context.db, ceremony);
  if (!open.ok) return open;
  endOpen(context, ceremony, 'cancelled', actor, now);
  return ok(ceremonyById(context.db, ceremony.id) ?? ceremony);
}

function endOpen(
  context: SignerContext,
  ceremony: CeremonyRow,
  state: 'expired' | 'cancelled',
  actor: string,
  now: UnixSeconds,
): void {
  context.audit.append({
    type: 'ceremony-end',
    ceremony: ceremony.bundleId,
    authority: authorityById(context.db, ceremony.authorityId)?.name ?? '',
    state,
    actor,
  });
  context.db.transaction((tx) => {
    endCeremony(tx, ceremony.id, state, now);
    abandonCeremonyReservations(tx, ceremony.id);
  });
}

/** That an answer may still be given, or which of the ends it has come to. */
export function checkOpen(db: Reader, ceremony: CeremonyRow): Result<true, OperationError> {
  const { state, bundleId, expiresAt, supersededBy } = ceremony;
  switch (state) {
    case 'open':
      return ok(true);
    case 'signed':
    case 'imported':
      return err({ code: 'ceremony-used', ceremony: bundleId });
    case 'expired':
      return err({
        code: 'ceremony-expired',
        ceremony: bundleId,
        expiresAt: isoText(expiresAt),
      });
    case 'cancelled': {
      const by = supersededBy === null ? undefined : ceremonyById(db, supersededBy);
      return err({
        code: 'ceremony-cancelled',
        ceremony: bundleId,
        supersededBy: by?.bundleId ?? null,
      });
    }
  }
}
