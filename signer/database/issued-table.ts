import type { CertificateFile } from './certificate-publication-table.ts';
import { certificateFromRow } from './certificate-table.ts';
import type { Reader, Transaction } from './database.ts';
import { integerColumn, textColumn } from './row.ts';

/** How many certificates have a place in an authority's list of what it issued. */
export function countPlaces(db: Reader, authorityId: number): number {
  const row = db.get(
    'SELECT coalesce(max(position) + 1, 0) AS n FROM issued_certificate WHERE authority_id = ?',
    authorityId,
  );
  return row ? integerColumn(row, 'n') : 0;
}

/** How many of them the pages of the last promised epoch show in this folder. */
export function countListed(db: Reader, authorityId: number, folder: string): number {
  const row = db.get(
    'SELECT listed FROM issued_list WHERE authority_id = ? AND folder = ?',
    authorityId,
    folder,
  );
  return row ? integerColumn(row, 'listed') : 0;
}

/** The certificates at these places, in order; `to` is not among them. */
export function certificatesAtPlaces(
  db: Reader,
  authorityId: number,
  from: number,
  to: number,
): readonly CertificateFile[] {
  return db
    .all(
      `SELECT p.path, c.* FROM issued_certificate i
       JOIN certificate c ON c.id = i.certificate_id
       JOIN certificate_publication p ON p.certificate_id = i.certificate_id
       WHERE i.authority_id = ? AND i.position >= ? AND i.position < ? ORDER BY i.position`,
      authorityId,
      from,
      to,
    )
    .map((row) => ({ path: textColumn(row, 'path'), certificate: certificateFromRow(row) }));
}

/** These certificates come next in the list, in their order. */
export function appendPlaces(
  tx: Transaction,
  authorityId: number,
  certificateIds: readonly number[],
): void {
  const next = countPlaces(tx, authorityId);
  for (const [i, id] of certificateIds.entries()) {
    tx.run(
      'INSERT INTO issued_certificate (authority_id, position, certificate_id) VALUES (?, ?, ?)',
      authorityId,
      next + i,
      id,
    );
  }
}

export function setListed(
  tx: Transaction,
  authorityId: number,
  folder: string,
  listed: number,
): void {
  tx.run(
    `INSERT INTO issued_list (authority_id, folder, listed) VALUES (?, ?, ?)
     ON CONFLICT (authority_id) DO UPDATE SET folder = excluded.folder, listed = excluded.listed`,
    authorityId,
    folder,
    listed,
  );
}
