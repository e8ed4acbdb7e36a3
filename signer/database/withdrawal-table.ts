import type { SerialNumber } from '../../shared/serial-number.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import { serialColumn } from './certificate-table.ts';
import type { Reader, Transaction } from './database.ts';
import { integerColumn, nullableColumn, timeColumn } from './row.ts';

/** Since when OCSP says nothing of a certificate, and why. */
export interface Withdrawal {
  readonly at: UnixSeconds;
  readonly why: 'retention' | 'no-responder';
}

/** From now on its shard has an entry for it, told with the shard itself; what was withdrawn is back. */
export function setAnswered(
  tx: Transaction,
  authorityId: number,
  serialNumber: SerialNumber,
): void {
  tx.run(
    `UPDATE certificate SET answered = 1, withdrawn_at = NULL, withdrawn_why = NULL
     WHERE authority_id = ? AND serial = ? AND answered = 0`,
    authorityId,
    serialNumber,
  );
}

/** From now on its shard has no entry for it, told with the shard itself; null: until it is settled. */
export function setWithdrawn(
  tx: Transaction,
  authorityId: number,
  serialNumber: SerialNumber,
  withdrawal: Withdrawal | null,
): void {
  tx.run(
    `UPDATE certificate SET answered = 0, withdrawn_at = ?, withdrawn_why = ?
     WHERE authority_id = ? AND serial = ? AND state = 'issued'`,
    withdrawal?.at ?? null,
    withdrawal?.why ?? null,
    authorityId,
    serialNumber,
  );
}

/** With a new responder: what waited for one is signed by the next settlement. */
export function markWaitingUnsettled(tx: Transaction, authorityId: number): void {
  tx.run(
    `INSERT INTO unsettled (authority_id, certificate_id) SELECT authority_id, id FROM certificate
     WHERE authority_id = ? AND withdrawn_why = 'no-responder'`,
    authorityId,
  );
}

/**
 * Certificates that are still answered though good ones that ended before `since.good`, and revoked
 * ones that ended before `since.revoked`, no longer need to be. Oldest first, at most `limit`.
 */
export function answeredTooLong(
  db: Reader,
  authorityId: number,
  since: { readonly good: UnixSeconds; readonly revoked: UnixSeconds },
  limit: number,
): readonly SerialNumber[] {
  return db
    .all(
      `SELECT c.serial FROM certificate c
       LEFT JOIN revocation v ON v.certificate_id = c.id
       WHERE c.authority_id = ?1 AND c.answered = 1
         AND c.not_after < max(?2, ?3)
         AND c.not_after < CASE WHEN v.certificate_id IS NULL THEN ?2 ELSE ?3 END
         AND NOT EXISTS (SELECT 1 FROM unsettled u WHERE u.certificate_id = c.id)
       ORDER BY c.not_after LIMIT ?4`,
      authorityId,
      since.good,
      since.revoked,
      limit,
    )
    .map((row) => serialColumn(row, 'serial'));
}

/** How many certificates have answers that this responder signed. */
export function countAnswersBy(db: Reader, responderId: number): number {
  const row = db.get(
    'SELECT coalesce(sum(answers), 0) AS n FROM ocsp_shard_responder WHERE responder_id = ?',
    responderId,
  );
  return row ? integerColumn(row, 'n') : 0;
}

/** The first end among the responders whose answers are stored; null when there are none. */
export function earliestResponderEnd(db: Reader, authorityId: number): UnixSeconds | null {
  const row = db.get(
    `SELECT min(p.not_after) AS earliest FROM responder p WHERE p.authority_id = ?
       AND EXISTS (SELECT 1 FROM ocsp_shard_responder s WHERE s.responder_id = p.id)`,
    authorityId,
  );
  return row ? nullableColumn(row, 'earliest', timeColumn) : null;
}

/** Certificates whose status waits for a responder. */
export function countWaiting(db: Reader): number {
  const row = db.get("SELECT count(*) AS n FROM certificate WHERE withdrawn_why = 'no-responder'");
  return row ? integerColumn(row, 'n') : 0;
}
