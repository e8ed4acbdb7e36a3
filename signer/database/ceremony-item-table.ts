import { type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import type { CRLRow } from './crl-table.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { blobColumn, integerColumn, nullableColumn, textColumn, timeColumn } from './row.ts';

/** A certificate that a ceremony signs. */
export interface CertificateItemRow {
  readonly kind: 'certificate';
  readonly tbs: Uint8Array;
  readonly certificateId: number;
  /** The sub-CA that is certified; null for a responder. */
  readonly subjectAuthorityId: number | null;
  /** Where the key of a responder is. */
  readonly keystore: string | null;
  readonly keyLabel: string | null;
}

/** The CRL that a ceremony signs. */
export interface CRLItemRow {
  readonly kind: 'crl';
  readonly tbs: Uint8Array;
  readonly crlNumber: number;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  readonly entries: number;
}

/**
 * CRL-15: a CRL that a ceremony signs lists everything that was ever revoked. The offline host does not
 * know when the certificate of an entry ended, so it lets none go.
 */
export const KEPT_SINCE: UnixSeconds = unixSeconds(0);

export type ItemRow = CertificateItemRow | CRLItemRow;

function itemFromRow(row: Row): ItemRow {
  const tbs = blobColumn(row, 'tbs');
  if (textColumn(row, 'kind') === 'crl') {
    return {
      kind: 'crl',
      tbs,
      crlNumber: integerColumn(row, 'crl_number'),
      thisUpdate: timeColumn(row, 'this_update'),
      nextUpdate: timeColumn(row, 'next_update'),
      entries: integerColumn(row, 'entries'),
    };
  }
  return {
    kind: 'certificate',
    tbs,
    certificateId: integerColumn(row, 'certificate_id'),
    subjectAuthorityId: nullableColumn(row, 'subject_authority_id', integerColumn),
    keystore: nullableColumn(row, 'keystore', textColumn),
    keyLabel: nullableColumn(row, 'key_label', textColumn),
  };
}

export function insertItem(
  tx: Transaction,
  ceremonyId: number,
  position: number,
  item: ItemRow,
): void {
  const certificate = item.kind === 'certificate' ? item : null;
  const crl = item.kind === 'crl' ? item : null;
  tx.run(
    `INSERT INTO ceremony_item (ceremony_id, position, kind, tbs, certificate_id, subject_authority_id, keystore,
       key_label, crl_number, this_update, next_update, entries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ceremonyId,
    position,
    item.kind,
    item.tbs,
    certificate?.certificateId ?? null,
    certificate?.subjectAuthorityId ?? null,
    certificate?.keystore ?? null,
    certificate?.keyLabel ?? null,
    crl?.crlNumber ?? null,
    crl?.thisUpdate ?? null,
    crl?.nextUpdate ?? null,
    crl?.entries ?? null,
  );
}

/** In the order of the bundle. */
export function itemsOf(db: Reader, ceremonyId: number): readonly ItemRow[] {
  return db
    .all('SELECT * FROM ceremony_item WHERE ceremony_id = ? ORDER BY position', ceremonyId)
    .map(itemFromRow);
}

export function setItemSigned(
  tx: Transaction,
  ceremonyId: number,
  position: number,
  der: Uint8Array,
): void {
  tx.run(
    'UPDATE ceremony_item SET der = ? WHERE ceremony_id = ? AND position = ?',
    der,
    ceremonyId,
    position,
  );
}

/** The finished CRL of a ceremony whose signatures are on record. */
export function signedCRL(db: Reader, ceremonyId: number, authorityId: number): CRLRow | undefined {
  const row = db.get(
    "SELECT * FROM ceremony_item WHERE ceremony_id = ? AND kind = 'crl' AND der IS NOT NULL",
    ceremonyId,
  );
  return (
    row && {
      authorityId,
      crlNumber: integerColumn(row, 'crl_number'),
      thisUpdate: timeColumn(row, 'this_update'),
      nextUpdate: timeColumn(row, 'next_update'),
      entries: integerColumn(row, 'entries'),
      keptSince: KEPT_SINCE,
      der: blobColumn(row, 'der'),
    }
  );
}

/** Marks every revocation that waits now as one that the CRL of this ceremony brings out. */
export function insertBroughtRevocations(
  tx: Transaction,
  ceremonyId: number,
  authorityId: number,
): number {
  return tx.run(
    `INSERT INTO ceremony_revocation (ceremony_id, certificate_id)
     SELECT DISTINCT ?, r.certificate_id FROM revocation r
     JOIN unsettled u ON u.certificate_id = r.certificate_id WHERE r.authority_id = ?`,
    ceremonyId,
    authorityId,
  ).changes;
}

/** Validity of a certificate as it was signed: a ceremony dates it when it signs. */
export function setCertificateValidity(
  tx: Transaction,
  certificateId: number,
  notBefore: UnixSeconds,
  notAfter: UnixSeconds,
): void {
  tx.run(
    'UPDATE certificate SET not_before = ?, not_after = ? WHERE id = ?',
    notBefore,
    notAfter,
    certificateId,
  );
}

/** Whether a bundle went out that asks for a certificate of this responder key. */
export function isKeyHandedOut(db: Reader, keyLabel: string): boolean {
  return db.get('SELECT 1 FROM ceremony_item WHERE key_label = ?', keyLabel) !== undefined;
}
