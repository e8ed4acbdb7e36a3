import type { UnixSeconds } from '../../shared/time.ts';
import { type CertificateRow, certificateFromRow } from './certificate-table.ts';
import type { Reader, Transaction } from './database.ts';

/**
 * Issued certificates of a profile whose private keys are in use since this time or longer and are
 * not recorded as removed, the oldest first; those that have expired are left out.
 */
export function keysNotRemoved(
  db: Reader,
  wanted: {
    readonly profile: string;
    readonly notBefore: UnixSeconds;
    readonly now: UnixSeconds;
    readonly limit: number;
  },
): readonly CertificateRow[] {
  return db
    .all(
      `SELECT * FROM certificate WHERE state = 'issued' AND profile = ? AND not_before <= ?
         AND not_after >= ? AND key_removed_at IS NULL ORDER BY not_before, id LIMIT ?`,
      wanted.profile,
      wanted.notBefore,
      wanted.now,
      wanted.limit,
    )
    .map(certificateFromRow);
}

/** False when it is on record already: the first record stands. */
export function setKeyRemoved(
  tx: Transaction,
  id: number,
  removedAt: UnixSeconds,
  record: string,
): boolean {
  const { changes } = tx.run(
    `UPDATE certificate SET key_removed_at = ?, key_removal_record = ?
     WHERE id = ? AND state = 'issued' AND key_removed_at IS NULL`,
    removedAt,
    record,
    id,
  );
  return changes === 1;
}
