import { hexFromBytes } from '../../shared/bytes.ts';
import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import type { CatalogueDocument } from '../../shared/repository/catalogue.ts';
import { MEDIA_TYPES } from '../../shared/snapshot/file.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { DocumentRow } from '../database/document-table.ts';
import { instantOfDay, objectionsUntil } from './document-day.ts';

/** An edition as the catalogue has it, announced then. */
export function documentEntry(
  policy: CertificatePolicy,
  row: Omit<DocumentRow, 'id' | 'announced' | 'withdrawn'>,
  announced: UnixSeconds,
): CatalogueDocument {
  const until = objectionsUntil(policy, row.change, announced);
  return {
    name: row.name,
    kind: row.kind,
    title: row.title,
    language: row.language,
    version: row.version,
    effective: instantOfDay(policy, row.effective),
    announced,
    ...(row.change ? { change: row.change } : {}),
    ...(until === undefined ? {} : { objectionsUntil: until }),
    path: row.path,
    type: MEDIA_TYPES[row.mediaType],
    bytes: row.length,
    sha256: hexFromBytes(row.sha256),
  };
}
