import type { CertificateRow } from './certificate-table.ts';
import { certificateFromRow } from './certificate-table.ts';
import type { Reader, Transaction } from './database.ts';
import { latestPublishedEpoch } from './epoch-table.ts';
import { integerColumn, nullableColumn, textColumn } from './row.ts';

/** How far a certificate's first status, and its file, have come. */
export interface CertificatePublication {
  /** Path of its file; null where the policy publishes none. */
  readonly path: string | null;
  /** `published`: the epoch that carries both is in the store. */
  readonly state: 'waiting' | 'promised' | 'published';
  /** The epoch that first carries it; null while it waits for one. */
  readonly epoch: number | null;
}

/** undefined: its first status is not signed yet. */
export function certificatePublication(
  db: Reader,
  certificateId: number,
): CertificatePublication | undefined {
  const row = db.get(
    'SELECT path, epoch FROM certificate_publication WHERE certificate_id = ?',
    certificateId,
  );
  if (!row) return undefined;
  const path = nullableColumn(row, 'path', textColumn);
  const epoch = nullableColumn(row, 'epoch', integerColumn);
  if (epoch === null) return { path, epoch, state: 'waiting' };
  // Epochs go out in their order.
  const published = latestPublishedEpoch(db)?.number ?? 0;
  return { path, epoch, state: epoch <= published ? 'published' : 'promised' };
}

/** A certificate that a settlement has given its first status has a row from then on. */
export function insertCertificatePublication(
  tx: Transaction,
  certificateId: number,
  path: string | null,
): void {
  tx.run(
    'INSERT OR IGNORE INTO certificate_publication (certificate_id, path) VALUES (?, ?)',
    certificateId,
    path,
  );
}

/** The certificates that these unsettled facts are about and that had no status before. */
export function certificatesSettledFirst(
  db: Reader,
  authorityId: number,
  upTo: number,
): readonly CertificateRow[] {
  return db
    .all(
      `SELECT DISTINCT c.* FROM unsettled u JOIN certificate c ON c.id = u.certificate_id
       WHERE u.authority_id = ? AND u.id <= ?
         AND NOT EXISTS (SELECT 1 FROM certificate_publication p WHERE p.certificate_id = c.id)
       ORDER BY c.id`,
      authorityId,
      upTo,
    )
    .map(certificateFromRow);
}

/** The same for these rows of `unsettled`, whichever they are. */
export function certificatesOfMarks(
  db: Reader,
  marks: readonly number[],
): readonly CertificateRow[] {
  return db
    .all(
      `SELECT DISTINCT c.* FROM unsettled u JOIN certificate c ON c.id = u.certificate_id
       WHERE u.id IN (SELECT value FROM json_each(?))
         AND NOT EXISTS (SELECT 1 FROM certificate_publication p WHERE p.certificate_id = c.id)
       ORDER BY c.id`,
      JSON.stringify(marks),
    )
    .map(certificateFromRow);
}

/** Certificates of these profiles that were settled without a file, at most `limit`. */
export function certificatesWithoutFile(
  db: Reader,
  authorityId: number,
  profiles: readonly string[],
  limit: number,
): readonly CertificateRow[] {
  return db
    .all(
      `SELECT c.* FROM certificate_publication p JOIN certificate c ON c.id = p.certificate_id
       WHERE p.path IS NULL AND c.authority_id = ? AND c.profile IN (SELECT value FROM json_each(?))
       ORDER BY c.id LIMIT ?`,
      authorityId,
      JSON.stringify(profiles),
      limit,
    )
    .map(certificateFromRow);
}

/** From now on it has a file, which the next epoch brings; until then it waits again. */
export function giveCertificateFile(tx: Transaction, certificateId: number, path: string): void {
  tx.run('DELETE FROM certificate_publication WHERE certificate_id = ?', certificateId);
  tx.run(
    'INSERT INTO certificate_publication (certificate_id, path) VALUES (?, ?)',
    certificateId,
    path,
  );
}

/** A certificate and where its file lies. */
export interface CertificateFile {
  readonly path: string;
  readonly certificate: CertificateRow;
}

export interface WaitingCertificates {
  /** The newest row that is in here; later ones wait for the next epoch. */
  readonly upTo: number;
  readonly files: readonly CertificateFile[];
}

/** The oldest that wait for an epoch, at most `limit`. */
export function waitingCertificates(db: Reader, limit: number): WaitingCertificates {
  const rows = db.all(
    `SELECT p.id AS publication_id, p.path, c.* FROM certificate_publication p
     JOIN certificate c ON c.id = p.certificate_id WHERE p.epoch IS NULL ORDER BY p.id LIMIT ?`,
    limit,
  );
  const last = rows[rows.length - 1];
  return {
    upTo: last ? integerColumn(last, 'publication_id') : 0,
    files: rows.flatMap((row) => {
      const path = nullableColumn(row, 'path', textColumn);
      return path === null ? [] : [{ path, certificate: certificateFromRow(row) }];
    }),
  };
}

/** Every file of the snapshot, for a store that lost some. */
export function publishedCertificateFiles(db: Reader): readonly CertificateFile[] {
  return db
    .all(
      `SELECT p.path, c.* FROM certificate_publication p JOIN certificate c ON c.id = p.certificate_id
       WHERE p.path IS NOT NULL AND p.epoch IS NOT NULL ORDER BY p.id`,
    )
    .map((row) => ({ path: textColumn(row, 'path'), certificate: certificateFromRow(row) }));
}

export function setPublicationEpoch(tx: Transaction, upTo: number, epoch: number): void {
  tx.run(
    'UPDATE certificate_publication SET epoch = ? WHERE epoch IS NULL AND id <= ?',
    epoch,
    upTo,
  );
}

/** Asked every second, whatever their number. */
export function hasWaitingCertificates(db: Reader): boolean {
  return db.get('SELECT 1 FROM certificate_publication WHERE epoch IS NULL LIMIT 1') !== undefined;
}
