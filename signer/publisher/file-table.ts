import { asciiBytes } from '../../shared/bytes.ts';
import { authorityFileURLs } from '../../shared/policy/authority-file-urls.ts';
import { reasonsURL } from '../../shared/policy/reasons-url.ts';
import { pathOf } from '../../shared/policy/service-url.ts';
import {
  encodeFilePage,
  FILE_PAGE_BITS_MAX,
  FILES_IN_ROOT_MAX,
  placeOf,
} from '../../shared/snapshot/directory.ts';
import type { FileEntry } from '../../shared/snapshot/file.ts';
import type { FileTable } from '../../shared/snapshot/root.ts';
import { type AuthorityRow, authorityById } from '../database/authority-table.ts';
import type { CertificateFile } from '../database/certificate-publication-table.ts';
import type { CRLRow } from '../database/crl-table.ts';
import type { Reader } from '../database/database.ts';
import { PLACE_BITS } from '../database/outbox-table.ts';
import {
  countSnapshotFiles,
  type SnapshotFilePage,
  snapshotFileAt,
  snapshotFilePages,
  snapshotFiles,
  snapshotFilesOfPlaces,
} from '../database/snapshot-table.ts';
import { pem } from '../issuance/pem.ts';
import type { SignerContext } from '../signer-context.ts';
import type { BlobSet } from './blob-set.ts';
import { encodeCertsOnly } from './certs-only.ts';
import { fileEntry, NO_WINDOW } from './file-entry.ts';

/** The CRL at the path of its cRLDistributionPoints URL. */
export function crlFile(
  context: SignerContext,
  authority: AuthorityRow,
  crl: CRLRow,
  blobs: BlobSet,
): FileEntry {
  const url = context.policy.authorities.get(authority.name)?.crl.url.value ?? '';
  const { thisUpdate, nextUpdate } = crl;
  return fileEntry(pathOf(url), 1, crl.der, { thisUpdate, nextUpdate }, blobs);
}

/** Its reasons beside it, for as long as it is valid itself (CP 4.9.8, CRL-17). */
export function reasonsFileEntry(
  context: SignerContext,
  authority: AuthorityRow,
  { thisUpdate, nextUpdate }: CRLRow,
  reasons: Uint8Array,
  blobs: BlobSet,
): FileEntry {
  const url = context.policy.authorities.get(authority.name)?.crl.url.value ?? '';
  return fileEntry(pathOf(reasonsURL(url)), 4, reasons, { thisUpdate, nextUpdate }, blobs);
}

/**
 * The CA's certificate at the path of its caIssuers URL (HTTP-12), and beside it with those above it as
 * a certs-only message, and alone as text (RFC 7468).
 */
export function caCertificateFiles(
  context: SignerContext,
  id: number,
  blobs: BlobSet,
): readonly FileEntry[] {
  const authority = authorityById(context.db, id);
  const url = authority && context.policy.authorities.get(authority.name)?.caIssuers.url.value;
  if (!authority?.certificate || !url) return [];
  const urls = authorityFileURLs(url);
  const chain = encodeCertsOnly(certificatesUpFrom(context.db, authority));
  const text = asciiBytes(pem('CERTIFICATE', authority.certificate));
  return [
    fileEntry(pathOf(urls.certificate), 2, authority.certificate, NO_WINDOW, blobs),
    fileEntry(pathOf(urls.chain), 3, chain, NO_WINDOW, blobs),
    fileEntry(pathOf(urls.pem), 4, text, NO_WINDOW, blobs),
  ];
}

/** From this authority to its root. */
function certificatesUpFrom(db: Reader, authority: AuthorityRow): readonly Uint8Array[] {
  const certificates: Uint8Array[] = [];
  let at: AuthorityRow | undefined = authority;
  while (at?.certificate) {
    certificates.push(at.certificate);
    at = at.issuerId === null ? undefined : authorityById(db, at.issuerId);
  }
  return certificates;
}

/** The certificate at the path that it got when it was first settled (CP 4.4.2). */
export function certificateFile(
  { path, certificate }: CertificateFile,
  blobs: BlobSet,
): readonly FileEntry[] {
  const { der } = certificate;
  if (!der) return [];
  return [fileEntry(path, 2, der, NO_WINDOW, blobs)];
}

/** Files a page should hold at most, so that pages split before they grow long. */
const FILES_A_PAGE = 32;

/** The table of an epoch, and which pages of it are new. */
export interface BuiltFileTable {
  readonly table: FileTable;
  readonly pageCount: number;
  readonly changedPages: readonly SnapshotFilePage[];
}

/** What an epoch does to the files of the one before it. */
export interface FileChanges {
  readonly put: readonly FileEntry[];
  /** Paths that no longer have a file; none of them is among `put`. */
  readonly removed: ReadonlySet<string>;
}

/**
 * The files of the last epoch with these changes. Past `FILES_IN_ROOT_MAX` only pages with a changed
 * file are written; `everything` writes all of them.
 */
export function fileTable(
  { db }: SignerContext,
  changes: FileChanges,
  blobs: BlobSet,
  extent: 'changes' | 'everything',
): BuiltFileTable {
  const added = changes.put.filter(({ path }) => !snapshotFileAt(db, path)).length;
  const gone = [...changes.removed].filter((path) => snapshotFileAt(db, path)).length;
  const count = countSnapshotFiles(db) + added - gone;
  if (count <= FILES_IN_ROOT_MAX) {
    const entries = changed(snapshotFiles(db), changes.put, changes.removed);
    return { table: { level: 'root', entries }, pageCount: 0, changedPages: [] };
  }
  const pageBits = Math.min(Math.ceil(Math.log2(count / FILES_A_PAGE)), FILE_PAGE_BITS_MAX);
  const pageCount = 2 ** pageBits;
  const kept = snapshotFilePages(db);
  const pageOf = (path: string) => placeOf(asciiBytes(path), pageBits);
  const putHere = new Map<number, FileEntry[]>();
  for (const file of changes.put) {
    const here = putHere.get(pageOf(file.path));
    if (here) here.push(file);
    else putHere.set(pageOf(file.path), [file]);
  }
  const touched = new Set([...putHere.keys(), ...[...changes.removed].map(pageOf)]);
  const isWrittenAnew = extent === 'everything' || kept.length !== pageCount;
  const indices = isWrittenAnew ? [...Array(pageCount).keys()] : touched;
  const width = 2 ** (PLACE_BITS - pageBits);
  const changedPages = [...indices].map((pageIndex) => {
    const before = snapshotFilesOfPlaces(db, pageIndex * width, (pageIndex + 1) * width);
    const entries = changed(before, putHere.get(pageIndex) ?? [], changes.removed);
    return { pageIndex, hash: blobs.add(encodeFilePage({ pageBits, pageIndex, entries })) };
  });
  const pageHashes = isWrittenAnew ? [] : [...kept];
  for (const { pageIndex, hash } of changedPages) pageHashes[pageIndex] = hash;
  return { table: { level: 'pages', pageBits, pageHashes }, pageCount, changedPages };
}

/** In ascending order of path; what is put in the place of what was there. */
function changed(
  before: readonly FileEntry[],
  put: readonly FileEntry[],
  removed: ReadonlySet<string>,
): readonly FileEntry[] {
  const byPath = new Map(before.map((file) => [file.path, file]));
  for (const path of removed) byPath.delete(path);
  for (const file of put) byPath.set(file.path, file);
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
