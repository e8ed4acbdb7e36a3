import type { Reader, Transaction } from './database.ts';
import { blobColumn } from './row.ts';
import { readSetting, removeSetting, writeSetting } from './setting-table.ts';

/** Whether the next epoch brings everything: the store lost some of it, or was published by a later state. */
export function isRepublishDue(db: Reader): boolean {
  return readSetting(db, 'republish-due') !== undefined;
}

/** Until an epoch of everything is out; if we stop before, it is brought once more. */
export function setRepublishDue(tx: Transaction): void {
  writeSetting(tx, 'republish-due', '1');
}

export function clearRepublishDue(tx: Transaction): void {
  removeSetting(tx, 'republish-due');
}

/** Up to this row of `unsettled` are facts that the store knows and this state has not signed yet. */
export function setCaughtUpTo(tx: Transaction, unsettledId: number): void {
  writeSetting(tx, 'caught-up-to', String(unsettledId));
}

/** Published before, these facts would vanish from the edge. */
export function isCatchUpUnsettled(db: Reader): boolean {
  const upTo = readSetting(db, 'caught-up-to');
  if (upTo === undefined) return false;
  return db.get('SELECT 1 FROM unsettled WHERE id <= ? LIMIT 1', Number(upTo)) !== undefined;
}

/** Hashes of a few blobs of the last promised epoch, by chance. */
export function someNamedBlobs(
  db: Reader,
  count: number,
): readonly { readonly hash: Uint8Array }[] {
  return db
    .all('SELECT hash FROM named_blob WHERE hash <> zeroblob(32) ORDER BY random() LIMIT ?', count)
    .map((row) => ({ hash: blobColumn(row, 'hash') }));
}
