import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { fingerprintOfSPKI, modulusOfSPKI, opensslVulnkeyOfSPKI } from './key-functions.ts';
import { blobColumn, integerColumn, nullableColumn, timeColumn } from './row.ts';

/** A key that this signer has seen; see migration 0006. */
export interface SeenKey {
  readonly id: number;
  readonly spkiSha256: Uint8Array;
  /** null: it still has to be compared with the others. */
  readonly comparedAt: UnixSeconds | null;
}

export interface SeenModulus extends SeenKey {
  readonly modulus: Uint8Array;
}

function seenKeyFromRow(row: Row): SeenKey {
  return {
    id: integerColumn(row, 'id'),
    spkiSha256: blobColumn(row, 'spki_sha256'),
    comparedAt: nullableColumn(row, 'compared_at', timeColumn),
  };
}

function seenModulusFromRow(row: Row): SeenModulus {
  return { ...seenKeyFromRow(row), modulus: blobColumn(row, 'modulus') };
}

export function findSeenKey(db: Reader, spkiSha256: Uint8Array): SeenKey | undefined {
  const row = db.get('SELECT * FROM seen_key WHERE spki_sha256 = ?', spkiSha256);
  return row && seenKeyFromRow(row);
}

/** Keys that were recorded without being compared: those from before migration 0006. */
export function waitingKeys(db: Reader): readonly SeenModulus[] {
  return db
    .all('SELECT * FROM seen_key WHERE compared_at IS NULL AND modulus IS NOT NULL ORDER BY id')
    .map(seenModulusFromRow);
}

export function setCompared(tx: Transaction, { id }: SeenKey, comparedAt: UnixSeconds): void {
  tx.run('UPDATE seen_key SET compared_at = ? WHERE id = ?', comparedAt, id);
}

/** Whether a modulus is on record already, with whichever exponent. */
export function isModulusSeen(db: Reader, modulus: Uint8Array): boolean {
  return db.get('SELECT 1 FROM seen_key WHERE fingerprint = sha256(?)', modulus) !== undefined;
}

/** Records a key that is not on record. */
export function insertSeenKey(
  tx: Transaction,
  { spki, spkiSha256 }: { readonly spki: Uint8Array; readonly spkiSha256: Uint8Array },
  seenAt: UnixSeconds,
): SeenKey {
  const modulus = modulusOfSPKI(spki);
  const { id } = tx.run(
    `INSERT INTO seen_key (spki_sha256, fingerprint, openssl_vulnkey, modulus, first_seen_at, compared_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
    spkiSha256,
    fingerprintOfSPKI(spki),
    opensslVulnkeyOfSPKI(spki),
    modulus && isModulusSeen(tx, modulus) ? null : modulus,
    seenAt,
    seenAt,
  );
  return { id, spkiSha256, comparedAt: seenAt };
}

/** Moduli that are in no product yet, oldest first. */
export function looseModuli(db: Reader, limit: number): readonly SeenModulus[] {
  return db
    .all(
      `SELECT * FROM seen_key WHERE modulus IS NOT NULL AND product_id IS NULL
       ORDER BY id LIMIT ?`,
      limit,
    )
    .map(seenModulusFromRow);
}

export function moduliOfProduct(db: Reader, productId: number): readonly SeenModulus[] {
  return db.all('SELECT * FROM seen_key WHERE product_id = ?', productId).map(seenModulusFromRow);
}

/** The product that holds this modulus; null: none does. */
export function productOfModulus(db: Reader, modulus: Uint8Array): number | null {
  const row = db.get(
    'SELECT product_id FROM seen_key WHERE fingerprint = sha256(?) AND modulus IS NOT NULL',
    modulus,
  );
  return row ? nullableColumn(row, 'product_id', integerColumn) : null;
}

export function productIds(db: Reader): readonly number[] {
  return db
    .all('SELECT id FROM modulus_product ORDER BY id')
    .map((row) => integerColumn(row, 'id'));
}

export function readProduct(db: Reader, id: number): Uint8Array {
  const row = db.get('SELECT product FROM modulus_product WHERE id = ?', id);
  return row ? blobColumn(row, 'product') : Uint8Array.of(1);
}

/** Puts loose moduli into one product. */
export function insertModulusProduct(
  tx: Transaction,
  product: Uint8Array,
  moduli: readonly SeenModulus[],
): void {
  const { id } = tx.run('INSERT INTO modulus_product (product) VALUES (?)', product);
  for (const modulus of moduli)
    tx.run('UPDATE seen_key SET product_id = ? WHERE id = ?', id, modulus.id);
}

/** Idempotent; the order of the two does not matter. */
export function recordSharedFactor(
  tx: Transaction,
  key: SeenKey,
  other: SeenKey,
  foundAt: UnixSeconds,
): void {
  tx.run(
    'INSERT OR IGNORE INTO shared_factor (key_id, other_key_id, found_at) VALUES (?, ?, ?)',
    Math.min(key.id, other.id),
    Math.max(key.id, other.id),
    foundAt,
  );
}
