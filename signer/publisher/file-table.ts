import { asciiBytes } from '../../shared/bytes.ts';
import { chainURL } from '../../shared/policy/chain-url.ts';
import { reasonsURL } from '../../shared/policy/reasons-url.ts';
import { pathOf } from '../../shared/policy/service-url.ts';
import {
  encodeFilePage,
  FILE_PAGE_BITS_MAX,
  FILES_IN_ROOT_MAX,
  placeOf,
} from '../../shared/snapshot/directory.ts';
import { chunksOf, type FileEntry, type MediaTypeCode } from '../../shared/snapshot/file.ts';
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
import { sha256 } from '../issuance/public-key.ts';
import type { SignerContext } from '../signer-context.ts';
import type { BlobSet } from './blob-set.ts';
import { encodeCertsOnly } from './certs-only.ts';

function fileEntry(
  path: string,
  mediaType: MediaTypeCode,
  bytes: Uint8Array,
  window: Pick<FileEntry, 'thisUpdate' | 'nextUpdate'>,
  blobs: BlobSet,
): FileEntry {
  const chunkHashes = chunksOf(bytes).map((chunk) => blobs.add(chunk));
  return {
    path,
    mediaType,
    hash: sha256(bytes),
    length: bytes.length,
    chunkHashes,
    ...window,
  };
}

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
 * a certs-only message.
 */
export function caCertificateFiles(
  context: SignerContext,
  id: number,
  blobs: BlobSet,
): readonly FileEntry[] {
  const authority = authorityById(context.db, id);
  const url = authority && context.policy.authorities.get(authority.name)?.caIssuers.url.value;
  if (!authority?.certificate || !url) return [];
  const always = { thisUpdate: null, nextUpdate: null };
  const chain = encodeCertsOnly(certificatesUpFrom(context.db, authority));
  const files = [fileEntry(pathOf(chainURL(url)), 3, chain, always, blobs)];
  if (chainURL(url) === url) return files;
  return [fileEntry(pathOf(url), 2, authority.certificate, always, blobs), ...files];
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
  return [fileEntry(path, 2, der, { thisUpdate: null, nextUpdate: null }, blobs)];
}

/** Files a page should hold at most, so that pages split before they grow long. */
const FILES_A_PAGE = 32;

/** The table of an epoch, and which pages of it are new. */
export interface BuiltFileTable {
  readonly table: FileTable;
  readonly pageCount: number;
  readonly changedPages: readonly SnapshotFilePage[];
}

/**
 * The files of the last epoch with these in their places. Past `FILES_IN_ROOT_MAX` only pages with a
 * changed file are written; `everything` writes all of them.
 */
export function fileTable(
  { db }: SignerContext,
  changed: readonly FileEntry[],
  blobs: BlobSet,
  extent: 'changes' | 'everything',
): BuiltFileTable {
  const added = changed.filter(({ path }) => !snapshotFileAt(db, path)).length;
  const count = countSnapshotFiles(db) + added;
  if (count <= FILES_IN_ROOT_MAX) {
    const entries = withChanged(snapshotFiles(db), changed);
    return { table: { level: 'root', entries }, pageCount: 0, changedPages: [] };
  }
  const pageBits = Math.min(Math.ceil(Math.log2(count / FILES_A_PAGE)), FILE_PAGE_BITS_MAX);
  const pageCount = 2 ** pageBits;
  const kept = snapshotFilePages(db);
  const pageOf = ({ path }: FileEntry) => placeOf(asciiBytes(path), pageBits);
  const changedHere = new Map<number, FileEntry[]>();
  for (const file of changed) {
    const here = changedHere.get(pageOf(file));
    if (here) here.push(file);
    else changedHere.set(pageOf(file), [file]);
  }
  const isWrittenAnew = extent === 'everything' || kept.length !== pageCount;
  const indices = isWrittenAnew ? [...Array(pageCount).keys()] : changedHere.keys();
  const width = 2 ** (PLACE_BITS - pageBits);
  const changedPages = [...indices].map((pageIndex) => {
    const before = snapshotFilesOfPlaces(db, pageIndex * width, (pageIndex + 1) * width);
    const here = changedHere.get(pageIndex) ?? [];
    const entries = withChanged(before, here);
    return { pageIndex, hash: blobs.add(encodeFilePage({ pageBits, pageIndex, entries })) };
  });
  const pageHashes = isWrittenAnew ? [] : [...kept];
  for (const { pageIndex, hash } of changedPages) pageHashes[pageIndex] = hash;
  return { table: { level: 'pages', pageBits, pageHashes }, pageCount, changedPages };
}

/** In ascending order of path; what changed in the place of what was there. */
function withChanged(
  before: readonly FileEntry[],
  changed: readonly FileEntry[],
): readonly FileEntry[] {
  const byPath = new Map(before.map((file) => [file.path, file]));
  for (const file of changed) byPath.set(file.path, file);
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
