import { bytesEqual } from '../../shared/bytes.ts';
import { CATALOGUE_PATH } from '../../shared/repository/catalogue.ts';
import type { FileEntry } from '../../shared/snapshot/file.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { AuthorityRow } from '../database/authority-table.ts';
import type { CertificateFile } from '../database/certificate-publication-table.ts';
import type { Reader } from '../database/database.ts';
import { snapshotFileAt } from '../database/snapshot-table.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { SignerContext } from '../signer-context.ts';
import type { BlobSet } from './blob-set.ts';
import { catalogueText } from './catalogue.ts';
import { type DocumentChanges, documentChanges } from './document-files.ts';
import { fileEntry, NO_WINDOW } from './file-entry.ts';
import { filesAfter } from './files-after.ts';
import { type IssuedList, issuedLists } from './issued-pages.ts';
import type { EpochExtent } from './issuer-directory.ts';

/** What an epoch is, as far as the repository shows it. */
export interface ShownEpoch {
  readonly authorities: readonly AuthorityRow[];
  /** Certificates whose files it brings. */
  readonly published: readonly CertificateFile[];
  /** Its other files. */
  readonly files: readonly FileEntry[];
  /** The time of its head. */
  readonly now: UnixSeconds;
  readonly extent: EpochExtent;
}

/** What an epoch does to the repository that people look at (CP 2.2, 4.4.2, 9.12). */
export interface RepositoryChanges {
  readonly documents: DocumentChanges;
  /** Of each authority that publishes what it issued. */
  readonly issued: readonly IssuedList[];
  /** What the repository shows with it; a file of its own where it changed. */
  readonly catalogue: Uint8Array;
  /** All files of the epoch that are new. */
  readonly files: readonly FileEntry[];
  /** Paths of the last epoch that this one has no file at. */
  readonly removed: ReadonlySet<string>;
}

export function repositoryChanges(
  context: SignerContext,
  { authorities, published, files: others, now, extent }: ShownEpoch,
  blobs: BlobSet,
): RepositoryChanges {
  const { db, policy } = context;
  const documents = documentChanges(db, policy, now, extent, blobs);
  const { removed } = documents;
  const { lists, files: pages } = issuedLists(context, authorities, published, extent, blobs);
  const files = [...others, ...documents.files, ...pages];
  const fileAt = filesAfter(db, { put: files, removed });
  const text = catalogueText(context, { authorities, fileAt, lists, documents, now });
  const catalogue = new TextEncoder().encode(text);
  if (extent === 'everything' || !isThere(db, catalogue))
    files.push(fileEntry(CATALOGUE_PATH, 7, catalogue, NO_WINDOW, blobs));
  return { documents, issued: lists, catalogue, files, removed };
}

/** Whether the last epoch has this very catalogue. */
function isThere(db: Reader, catalogue: Uint8Array): boolean {
  const file = snapshotFileAt(db, CATALOGUE_PATH);
  return file !== undefined && bytesEqual(file.hash, sha256(catalogue));
}
