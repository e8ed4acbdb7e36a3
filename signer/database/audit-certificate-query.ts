import type { SerialNumber } from '../../shared/serial-number.ts';
import { serialColumn } from './certificate-table.ts';
import type { Reader } from './database.ts';
import { blobColumn, integerColumn, textColumn } from './row.ts';

/** A certificate that was issued, whatever it is for. */
export interface IssuedCertificateRow {
  readonly id: number;
  /** Name of its issuer. */
  readonly authority: string;
  readonly serialNumber: SerialNumber;
  readonly der: Uint8Array;
}

/** In the order of their reservation, after a row. */
export function issuedCertificates(
  db: Reader,
  after: number,
  limit: number,
): readonly IssuedCertificateRow[] {
  return db
    .all(
      `SELECT c.id, a.name, c.serial, c.der FROM certificate c JOIN authority a ON a.id = c.authority_id
       WHERE c.id > ? AND c.state = 'issued' AND c.der IS NOT NULL ORDER BY c.id LIMIT ?`,
      after,
      limit,
    )
    .map((row) => ({
      id: integerColumn(row, 'id'),
      authority: textColumn(row, 'name'),
      serialNumber: serialColumn(row, 'serial'),
      der: blobColumn(row, 'der'),
    }));
}
