import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { blobColumn, integerColumn, nullableColumn, textColumn } from './row.ts';

/** One CA of the policy file, from the moment its key exists. */
export interface AuthorityRow {
  readonly id: number;
  readonly name: string;
  /** null for a root. */
  readonly issuerId: number | null;
  /** `offline`: keystore and label are those of a ceremony host; no keystore of this signer has the key. */
  readonly custody: 'online' | 'offline';
  readonly keystore: string;
  readonly keyLabel: string;
  readonly spki: Uint8Array;
  /** DER of the Name. */
  readonly subject: Uint8Array;
  /** DER; null until it is certified. */
  readonly certificate: Uint8Array | null;
  /** Where its CRL and certificate were to be published when it was made; null if not recorded. */
  readonly urls: { readonly crl: string | null; readonly caIssuers: string | null };
  readonly shardBits: number;
  /** The last number used (CRL-9). */
  readonly crlNumber: number;
}

function authorityFromRow(row: Row): AuthorityRow {
  return {
    id: integerColumn(row, 'id'),
    name: textColumn(row, 'name'),
    issuerId: nullableColumn(row, 'issuer_id', integerColumn),
    custody: textColumn(row, 'custody') === 'offline' ? 'offline' : 'online',
    keystore: textColumn(row, 'keystore'),
    keyLabel: textColumn(row, 'key_label'),
    spki: blobColumn(row, 'spki'),
    subject: blobColumn(row, 'subject'),
    certificate: nullableColumn(row, 'certificate', blobColumn),
    urls: {
      crl: nullableColumn(row, 'crl_url', textColumn),
      caIssuers: nullableColumn(row, 'ca_issuers_url', textColumn),
    },
    shardBits: integerColumn(row, 'shard_bits'),
    crlNumber: integerColumn(row, 'crl_number'),
  };
}

export function findAuthority(db: Reader, name: string): AuthorityRow | undefined {
  const row = db.get('SELECT * FROM authority WHERE name = ?', name);
  return row && authorityFromRow(row);
}

export function authorityById(db: Reader, id: number): AuthorityRow | undefined {
  const row = db.get('SELECT * FROM authority WHERE id = ?', id);
  return row && authorityFromRow(row);
}

/** Those that are certified, oldest first: a root before what it issued. */
export function activeAuthorities(db: Reader): readonly AuthorityRow[] {
  return db
    .all('SELECT * FROM authority WHERE certificate IS NOT NULL ORDER BY id')
    .map(authorityFromRow);
}

export function insertAuthority(
  tx: Transaction,
  authority: Omit<AuthorityRow, 'id' | 'certificate' | 'shardBits' | 'crlNumber'>,
  createdAt: UnixSeconds,
): number {
  const { name, issuerId, custody, keystore, keyLabel, spki, subject, urls } = authority;
  return tx.run(
    `INSERT INTO authority (name, issuer_id, custody, keystore, key_label, spki, subject, crl_url, ca_issuers_url,
       created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    name,
    issuerId,
    custody,
    keystore,
    keyLabel,
    spki,
    subject,
    urls.crl,
    urls.caIssuers,
    createdAt,
  ).id;
}

export function setAuthorityCertificate(
  tx: Transaction,
  id: number,
  certificate: Uint8Array,
): void {
  tx.run('UPDATE authority SET certificate = ? WHERE id = ?', certificate, id);
}

export function setShardBits(tx: Transaction, id: number, shardBits: number): void {
  tx.run('UPDATE authority SET shard_bits = ? WHERE id = ?', shardBits, id);
}

/** CRL-9: taken before the CRL is signed, so that no number is ever used for two CRLs. */
export function takeCRLNumber(tx: Transaction, id: number): number {
  const row = tx.get(
    'UPDATE authority SET crl_number = crl_number + 1 WHERE id = ? RETURNING crl_number',
    id,
  );
  return row ? integerColumn(row, 'crl_number') : 0;
}
