import type { AuthorityRow } from './authority-table.ts';
import { authorityById } from './authority-table.ts';
import { type CertificateRow, certificateFromRow } from './certificate-table.ts';
import type { Reader } from './database.ts';
import { integerColumn } from './row.ts';

/** The authority whose own certificate this is. */
export function authorityOfCertificate(
  db: Reader,
  { der }: CertificateRow,
): AuthorityRow | undefined {
  if (der === null) return undefined;
  const row = db.get('SELECT id FROM authority WHERE certificate = ?', der);
  return row && authorityById(db, integerColumn(row, 'id'));
}

/** The certificate of a key, if one was issued; the second condition is that of the index. */
export function certificateOfKey(db: Reader, spkiSha256: Uint8Array): CertificateRow | undefined {
  const row = db.get(
    "SELECT * FROM certificate WHERE spki_sha256 = ? AND state = 'issued' AND state <> 'abandoned'",
    spkiSha256,
  );
  return row && certificateFromRow(row);
}

export function isResponder(db: Reader, certificateId: number): boolean {
  return db.get('SELECT 1 FROM responder WHERE certificate_id = ?', certificateId) !== undefined;
}
