import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { fingerprintOfSPKI, opensslVulnkeyOfSPKI } from './key-functions.ts';
import { integerColumn, textColumn, timeColumn } from './row.ts';

/** A list of keys whose private half is public, as far as it was imported. */
export interface WeakKeyList {
  readonly name: string;
  /** Such as `RSA-3072`. */
  readonly keyKind: string;
  readonly entries: number;
  readonly importedAt: UnixSeconds;
}

function listFromRow(row: Row): WeakKeyList {
  return {
    name: textColumn(row, 'name'),
    keyKind: textColumn(row, 'key_kind'),
    entries: integerColumn(row, 'entries'),
    importedAt: timeColumn(row, 'imported_at'),
  };
}

export function weakKeyLists(db: Reader): readonly WeakKeyList[] {
  return db.all('SELECT * FROM weak_key_list ORDER BY key_kind, name').map(listFromRow);
}

/**
 * Adds fingerprints to a list; what is there already is passed over, so that an import can be
 * repeated. Keys seen here that are named now are recorded as listed: their certificates are to be
 * revoked (CSBR 4.9.1).
 */
export function addWeakKeys(
  tx: Transaction,
  list: { readonly name: string; readonly keyKind: string },
  fingerprints: readonly Uint8Array[],
  importedAt: UnixSeconds,
): WeakKeyList {
  const { name, keyKind } = list;
  tx.run(
    `INSERT INTO weak_key_list (name, key_kind, entries, imported_at) VALUES (?, ?, 0, ?)
     ON CONFLICT (name, key_kind) DO UPDATE SET imported_at = excluded.imported_at`,
    name,
    keyKind,
    importedAt,
  );
  const ofList = 'SELECT * FROM weak_key_list WHERE name = ? AND key_kind = ?';
  const row = tx.get(ofList, name, keyKind);
  const id = row ? integerColumn(row, 'id') : 0;
  let added = 0;
  for (const fingerprint of fingerprints) {
    added += tx.run(
      'INSERT OR IGNORE INTO weak_key (fingerprint, list_id) VALUES (?, ?)',
      fingerprint,
      id,
    ).changes;
    tx.run(
      `INSERT OR IGNORE INTO listed_key (key_id, list_id, found_at)
       SELECT id, ?1, ?2 FROM seen_key WHERE fingerprint = ?3 OR openssl_vulnkey = ?3`,
      id,
      importedAt,
      fingerprint,
    );
  }
  tx.run('UPDATE weak_key_list SET entries = entries + ? WHERE id = ?', added, id);
  const after = tx.get(ofList, name, keyKind);
  return after ? listFromRow(after) : { name, keyKind, entries: 0, importedAt };
}

/** The list that names this key; null: none. */
export function weakKeyListOf(db: Reader, spki: Uint8Array): WeakKeyList | null {
  const row = db.get(
    `SELECT l.* FROM weak_key w JOIN weak_key_list l ON l.id = w.list_id WHERE w.fingerprint IN (?, ?)`,
    fingerprintOfSPKI(spki),
    opensslVulnkeyOfSPKI(spki),
  );
  return row ? listFromRow(row) : null;
}

export function countWeakKeys(db: Reader, keyKind: string): number {
  const row = db.get(
    'SELECT coalesce(sum(entries), 0) AS n FROM weak_key_list WHERE key_kind = ?',
    keyKind,
  );
  return row ? integerColumn(row, 'n') : 0;
}
