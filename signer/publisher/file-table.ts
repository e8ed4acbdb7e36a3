import { asciiBytes } from '../../shared/bytes.ts';
import { reasonsURL } from '../../shared/policy/reasons-url.ts';
import { encodeFilePage, FILES_IN_ROOT_MAX, placeOf } from '../../shared/snapshot/directory.ts';
import { chunksOf, type FileEntry, type MediaTypeCode } from '../../shared/snapshot/file.ts';
import type { FileTable } from '../../shared/snapshot/root.ts';
import { type AuthorityRow, authorityById } from '../database/authority-table.ts';
import type { CRLRow } from '../database/crl-table.ts';
import { snapshotFiles } from '../database/snapshot-table.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { SignerContext } from '../signer-context.ts';
import type { BlobSet } from './blob-set.ts';

function fileEntry(
  url: string,
  mediaType: MediaTypeCode,
  bytes: Uint8Array,
  window: Pick<FileEntry, 'thisUpdate' | 'nextUpdate'>,
  blobs: BlobSet,
): FileEntry {
  const chunkHashes = chunksOf(bytes).map((chunk) => blobs.add(chunk));
  return {
    path: new URL(url).pathname,
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
  return fileEntry(url, 1, crl.der, { thisUpdate, nextUpdate }, blobs);
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
  return fileEntry(reasonsURL(url), 4, reasons, { thisUpdate, nextUpdate }, blobs);
}

/** The CA's certificate at the path of its caIssuers URL (HTTP-12). */
export function caCertificateFile(
  context: SignerContext,
  id: number,
  blobs: BlobSet,
): readonly FileEntry[] {
  const authority = authorityById(context.db, id);
  const url = authority && context.policy.authorities.get(authority.name)?.caIssuers.url.value;
  if (!authority?.certificate || !url) return [];
  return [fileEntry(url, 2, authority.certificate, { thisUpdate: null, nextUpdate: null }, blobs)];
}

/** Files a page should hold at most, so that pages split before they grow long. */
const FILES_A_PAGE = 32;

/** The files of the last epoch with these in their places. */
export function fileTable(
  context: SignerContext,
  changed: readonly FileEntry[],
  blobs: BlobSet,
): FileTable {
  const byPath = new Map(snapshotFiles(context.db).map((file) => [file.path, file]));
  for (const file of changed) byPath.set(file.path, file);
  const entries = [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  if (entries.length <= FILES_IN_ROOT_MAX) return { level: 'root', entries };
  const pageBits = Math.ceil(Math.log2(entries.length / FILES_A_PAGE));
  const pages = Array.from({ length: 2 ** pageBits }, (_, index) => index).map((pageIndex) => {
    const here = entries.filter(({ path }) => placeOf(asciiBytes(path), pageBits) === pageIndex);
    return blobs.add(encodeFilePage({ pageBits, pageIndex, entries: here }));
  });
  return { level: 'pages', pageBits, pageHashes: pages };
}
