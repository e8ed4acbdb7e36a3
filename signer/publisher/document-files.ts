import type { CertificatePolicy } from '../../shared/policy/certificate-policy.ts';
import type { FileEntry } from '../../shared/snapshot/file.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { Reader, Transaction } from '../database/database.ts';
import {
  announcedDocuments,
  type DocumentRow,
  documentBytes,
  leavingDocuments,
  setDocumentAnnounced,
  setDocumentGone,
  waitingDocuments,
} from '../database/document-table.ts';
import { documentDay } from '../documents/document-day.ts';
import type { BlobSet } from './blob-set.ts';
import { fileEntry, NO_WINDOW } from './file-entry.ts';
import type { EpochExtent } from './issuer-directory.ts';

/** Each has up to eight megabytes; more wait for the next epoch. */
const DOCUMENTS_AN_EPOCH = 8;

/** What an epoch does to the documents of the repository (CP 9.12.2). */
export interface DocumentChanges {
  /** Editions that it announces: its time is theirs. */
  readonly announced: readonly DocumentRow[];
  /** Withdrawn editions that it no longer has. */
  readonly gone: readonly DocumentRow[];
  /** All that it shows, the announced ones included. */
  readonly shown: readonly DocumentRow[];
  readonly files: readonly FileEntry[];
  readonly removed: ReadonlySet<string>;
}

export function documentChanges(
  db: Reader,
  policy: CertificatePolicy,
  now: UnixSeconds,
  extent: EpochExtent,
  blobs: BlobSet,
): DocumentChanges {
  const announced = waitingDocuments(db, documentDay(policy, now), DOCUMENTS_AN_EPOCH);
  const gone = leavingDocuments(db);
  const before = announcedDocuments(db);
  const shown = [...before, ...announced];
  // A withdrawn edition may have a successor of the same version, and so of the same path.
  const kept = new Set(shown.map(({ path }) => path));
  const put = extent === 'everything' ? shown : announced;
  return {
    announced,
    gone,
    shown,
    files: put.map(({ id, path, mediaType }) =>
      fileEntry(path, mediaType, documentBytes(db, id), NO_WINDOW, blobs),
    ),
    removed: new Set(gone.map(({ path }) => path).filter((path) => !kept.has(path))),
  };
}

/** With the promise of the epoch: from then on it stands whatever happens. */
export function storeDocumentChanges(
  tx: Transaction,
  { announced, gone }: DocumentChanges,
  epoch: { readonly number: number; readonly time: UnixSeconds },
): void {
  // One that was withdrawn while the head was signed is announced all the same, and leaves with the next.
  for (const { id } of announced) setDocumentAnnounced(tx, id, epoch);
  for (const { id } of gone) setDocumentGone(tx, id, epoch.number);
}
