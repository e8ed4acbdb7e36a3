import type { Day } from '../../shared/policy/day.ts';
import type { CatalogueDocument, DocumentKind } from '../../shared/repository/catalogue.ts';
import type { MediaTypeCode } from '../../shared/snapshot/file.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Row, Transaction } from './database.ts';
import { blobColumn, integerColumn, nullableColumn, textColumn, timeColumn } from './row.ts';

/** The types that a document may have: 4 is plain text, 6 PDF. */
export type DocumentMediaType = Extract<MediaTypeCode, 4 | 6>;

/** One edition of a document, without its octets. */
export interface DocumentRow {
  readonly id: number;
  readonly name: string;
  readonly version: string;
  readonly kind: DocumentKind;
  readonly title: string;
  readonly language: string;
  /** CP 9.12.1 変更実施日. */
  readonly effective: Day;
  /** null for a first edition. */
  readonly change: NonNullable<CatalogueDocument['change']> | null;
  readonly path: string;
  readonly mediaType: DocumentMediaType;
  readonly sha256: Uint8Array;
  readonly length: number;
  readonly addedAt: UnixSeconds;
  readonly addedBy: string;
  /** Time and number of the first epoch that carries it; null until there is one. */
  readonly announced: { readonly at: UnixSeconds; readonly epoch: number } | null;
  readonly withdrawn: {
    readonly at: UnixSeconds;
    readonly by: string;
    readonly reason: string;
    /** The first epoch without it; null while one is still to come, or if none ever carried it. */
    readonly epoch: number | null;
  } | null;
}

/** Every column but `bytes`, which may have megabytes. */
const COLUMNS = `id, name, version, kind, title, language, effective, change_kind, change_summary, path,
  media_type, sha256, length, added_at, added_by, announced, epoch, withdrawn_at, withdrawn_by,
  withdrawal_reason, withdrawn_epoch`;

function documentFromRow(row: Row): DocumentRow {
  const changeKind = nullableColumn(row, 'change_kind', textColumn);
  const announced = nullableColumn(row, 'announced', timeColumn);
  const withdrawnAt = nullableColumn(row, 'withdrawn_at', timeColumn);
  return {
    id: integerColumn(row, 'id'),
    name: textColumn(row, 'name'),
    version: textColumn(row, 'version'),
    kind: textColumn(row, 'kind') as DocumentKind,
    title: textColumn(row, 'title'),
    language: textColumn(row, 'language'),
    effective: textColumn(row, 'effective'),
    change:
      changeKind === null
        ? null
        : {
            kind: changeKind === 'major' ? 'major' : 'minor',
            summary: textColumn(row, 'change_summary'),
          },
    path: textColumn(row, 'path'),
    mediaType: integerColumn(row, 'media_type') === 6 ? 6 : 4,
    sha256: blobColumn(row, 'sha256'),
    length: integerColumn(row, 'length'),
    addedAt: timeColumn(row, 'added_at'),
    addedBy: textColumn(row, 'added_by'),
    announced: announced === null ? null : { at: announced, epoch: integerColumn(row, 'epoch') },
    withdrawn:
      withdrawnAt === null
        ? null
        : {
            at: withdrawnAt,
            by: textColumn(row, 'withdrawn_by'),
            reason: textColumn(row, 'withdrawal_reason'),
            epoch: nullableColumn(row, 'withdrawn_epoch', integerColumn),
          },
  };
}

export interface NewDocument
  extends Omit<DocumentRow, 'id' | 'length' | 'announced' | 'withdrawn'> {
  readonly bytes: Uint8Array;
}

export function insertDocument(tx: Transaction, edition: NewDocument): number {
  return tx.run(
    `INSERT INTO document (name, version, kind, title, language, effective, change_kind, change_summary,
       path, media_type, sha256, length, added_at, added_by, bytes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    edition.name,
    edition.version,
    edition.kind,
    edition.title,
    edition.language,
    edition.effective,
    edition.change?.kind ?? null,
    edition.change?.summary ?? null,
    edition.path,
    edition.mediaType,
    edition.sha256,
    edition.bytes.length,
    edition.addedAt,
    edition.addedBy,
    edition.bytes,
  ).id;
}

export function documentById(db: Reader, id: number): DocumentRow | undefined {
  const row = db.get(`SELECT ${COLUMNS} FROM document WHERE id = ?`, id);
  return row && documentFromRow(row);
}

/** By name, each with its editions in the order of adding, the withdrawn ones among them. */
export function allDocuments(db: Reader): readonly DocumentRow[] {
  return db.all(`SELECT ${COLUMNS} FROM document ORDER BY name, id`).map(documentFromRow);
}

/** In the order of adding; the withdrawn ones among them. */
export function editionsOf(db: Reader, name: string): readonly DocumentRow[] {
  return db
    .all(`SELECT ${COLUMNS} FROM document WHERE name = ? ORDER BY id`, name)
    .map(documentFromRow);
}

export function documentBytes(db: Reader, id: number): Uint8Array {
  const row = db.get('SELECT bytes FROM document WHERE id = ?', id);
  return row ? blobColumn(row, 'bytes') : new Uint8Array(0);
}

/** An edition that no epoch has carried yet and that may still be announced. */
const WAITS = `epoch IS NULL AND withdrawn_at IS NULL AND (change_kind IS NULL OR effective >= ?)`;
/** A withdrawn edition whose file the last epoch still has. */
const LEAVES = 'withdrawn_at IS NOT NULL AND epoch IS NOT NULL AND withdrawn_epoch IS NULL';

/** Oldest first, at most `limit`. A change whose day has passed waits no more: it would come too late. */
export function waitingDocuments(db: Reader, today: Day, limit: number): readonly DocumentRow[] {
  return db
    .all(`SELECT ${COLUMNS} FROM document WHERE ${WAITS} ORDER BY id LIMIT ?`, today, limit)
    .map(documentFromRow);
}

/** What the repository shows: announced and not withdrawn; in the order of names, then of adding. */
export function announcedDocuments(db: Reader): readonly DocumentRow[] {
  return db
    .all(
      `SELECT ${COLUMNS} FROM document WHERE epoch IS NOT NULL AND withdrawn_at IS NULL
       ORDER BY name, id`,
    )
    .map(documentFromRow);
}

export function leavingDocuments(db: Reader): readonly DocumentRow[] {
  return db.all(`SELECT ${COLUMNS} FROM document WHERE ${LEAVES}`).map(documentFromRow);
}

/** Editions that come with the next epoch, or leave with it. Asked every second. */
export function countWaitingDocuments(db: Reader, today: Day): number {
  const row = db.get(`SELECT count(*) AS n FROM document WHERE (${WAITS}) OR (${LEAVES})`, today);
  return row ? integerColumn(row, 'n') : 0;
}

export function setDocumentAnnounced(
  tx: Transaction,
  id: number,
  epoch: { readonly number: number; readonly time: UnixSeconds },
): void {
  tx.run(
    'UPDATE document SET announced = ?, epoch = ? WHERE id = ? AND epoch IS NULL',
    epoch.time,
    epoch.number,
    id,
  );
}

export function setDocumentWithdrawn(
  tx: Transaction,
  id: number,
  { at, by, reason }: { at: UnixSeconds; by: string; reason: string },
): void {
  tx.run(
    `UPDATE document SET withdrawn_at = ?, withdrawn_by = ?, withdrawal_reason = ?
     WHERE id = ? AND withdrawn_at IS NULL`,
    at,
    by,
    reason,
    id,
  );
}

export function setDocumentGone(tx: Transaction, id: number, epoch: number): void {
  tx.run('UPDATE document SET withdrawn_epoch = ? WHERE id = ?', epoch, id);
}
