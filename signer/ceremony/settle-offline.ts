import { ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { signedCRL } from '../database/ceremony-item-table.ts';
import { type CeremonyRow, endCeremony, pendingCeremony } from '../database/ceremony-table.ts';
import { type CRLRow, insertCRL } from '../database/crl-table.ts';
import { clearMarks, readOfflineWork } from '../database/offline-facts.ts';
import { enqueueFile } from '../database/outbox-table.ts';
import type { ActiveAuthority } from '../issuance/issuer.ts';
import { ensureResponder } from '../ocsp/responder.ts';
import { type SettledStatuses, settleStatuses, storeSettled } from '../ocsp/settle-statuses.ts';
import type { OperationError } from '../operations/operation-error.ts';
import { recordPublicationsOfMarks } from '../publisher/certificate-files.ts';
import { rememberTime, type SignerContext } from '../signer-context.ts';
import { expireCeremonies } from './pending.ts';

/**
 * Settlement of an authority whose key is offline. Signs the OCSP responses of what can be told now and
 * stores them together with the CRL of the ceremony that came back, if one did: CRL and OCSP change in
 * one epoch (RSP-24). Revocations that no CRL at hand lists stay marked and wait. Without a responder the
 * CRL goes out alone, as that of an online CA does. Whatever stops this, the signatures are on record
 * and the next call does it again.
 */
export async function settleOffline(
  context: SignerContext,
  authority: ActiveAuthority,
  now: UnixSeconds,
): Promise<Result<true, OperationError>> {
  expireCeremonies(context, now);
  const { id, name } = authority.row;
  const pending = pendingCeremony(context.db, id);
  const ceremony = pending?.state === 'signed' ? pending : undefined;
  const work = readOfflineWork(context.db, id);
  if (work.statuses.length === 0 && !ceremony) return ok(true);
  const responder =
    authority.policy.ocsp === null ? null : await ensureResponder(context, authority, now);
  if (responder && !responder.ok) return responder;
  // Certificates that no CRL has followed, as of a root that was just imported: `inkan status` counts down.
  if (!ceremony && !responder?.value) return ok(true);
  const statuses = responder
    ? await settleStatuses(context, authority, responder.value, work.statuses, now)
    : null;
  if (statuses && !statuses.ok) return statuses;
  context.checkpoint('ceremony: statuses signed');
  const crl = ceremony && signedCRL(context.db, ceremony.id, id);
  if (ceremony) {
    context.audit.append({
      ...{ type: 'ceremony-end', ceremony: ceremony.bundleId, authority: name },
      ...{ state: 'imported', actor: ceremony.answeredBy ?? '' },
    });
  }
  storeOffline(
    context,
    authority,
    { statuses: statuses?.value ?? null, marks: work.marks, crl, ceremony },
    now,
  );
  context.checkpoint('ceremony: settled');
  return ok(true);
}

interface Settled {
  /** null: the authority answers no OCSP. */
  readonly statuses: SettledStatuses | null;
  readonly marks: readonly number[];
  readonly crl: CRLRow | undefined;
  readonly ceremony: CeremonyRow | undefined;
}

/** All of it or nothing; if we stop before, the ceremony is still `signed` and is settled again. */
function storeOffline(
  context: SignerContext,
  authority: ActiveAuthority,
  { statuses, marks, crl, ceremony }: Settled,
  now: UnixSeconds,
): void {
  const { id } = authority.row;
  context.db.transaction((tx) => {
    if (statuses) storeSettled(tx, authority, statuses, now);
    if (crl) {
      insertCRL(tx, crl);
      enqueueFile(tx, 'crl', id);
    }
    if (ceremony) endCeremony(tx, ceremony.id, 'imported', now);
    // OPS-4: the epoch that carries these statuses carries the certificates' files too. What nobody can
    // answer for waits for its answer.
    if (statuses?.outcome !== 'withdrawn') recordPublicationsOfMarks(tx, context.policy, id, marks);
    clearMarks(tx, marks);
    rememberTime(tx, now);
  });
}
