import type { Reader, Transaction } from './database.ts';
import { integerColumn } from './row.ts';

/** Places are kept to this many bits; a shard of any `shardBits` is one range of them. */
export const PLACE_BITS = 20;

/** What changed since the last epoch. */
export interface OutboxContents {
  /** The newest row that is in here; later ones wait for the next epoch. */
  readonly upTo: number;
  /** Places of responses that changed, by authority. */
  readonly places: ReadonlyMap<number, readonly number[]>;
  readonly crls: ReadonlySet<number>;
  readonly caCertificates: ReadonlySet<number>;
}

/** Places whose responses changed; in one statement, as a renewal has thousands. */
export function enqueueShards(
  tx: Transaction,
  authorityId: number,
  places: ReadonlySet<number>,
): void {
  tx.run(
    "INSERT INTO outbox (kind, authority_id, place) SELECT 'shard', ?, value FROM json_each(?)",
    authorityId,
    JSON.stringify([...places]),
  );
}

export function enqueueFile(
  tx: Transaction,
  kind: 'crl' | 'ca-certificate',
  authorityId: number,
): void {
  tx.run('INSERT INTO outbox (kind, authority_id) VALUES (?, ?)', kind, authorityId);
}

export function readOutbox(db: Reader): OutboxContents {
  const upTo = db.get('SELECT coalesce(max(id), 0) AS upto FROM outbox');
  const files = (kind: string) =>
    new Set(
      db
        .all('SELECT DISTINCT authority_id FROM outbox WHERE kind = ?', kind)
        .map((row) => integerColumn(row, 'authority_id')),
    );
  const places = new Map<number, number[]>();
  for (const row of db.all(
    "SELECT DISTINCT authority_id, place FROM outbox WHERE kind = 'shard'",
  )) {
    const authorityId = integerColumn(row, 'authority_id');
    const known = places.get(authorityId) ?? [];
    known.push(integerColumn(row, 'place'));
    places.set(authorityId, known);
  }
  return {
    upTo: upTo ? integerColumn(upTo, 'upto') : 0,
    places,
    crls: files('crl'),
    caCertificates: files('ca-certificate'),
  };
}

export function clearOutbox(tx: Transaction, upTo: number): void {
  tx.run('DELETE FROM outbox WHERE id <= ?', upTo);
}

export function countOutbox(db: Reader): number {
  const row = db.get('SELECT count(*) AS n FROM outbox');
  return row ? integerColumn(row, 'n') : 0;
}
