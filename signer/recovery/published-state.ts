import { bytesEqual, concatBytes, hexFromBytes } from '../../shared/bytes.ts';
import { sameIssuer } from '../../shared/ocsp/cert-id.ts';
import type { CertStatus } from '../../shared/ocsp/response.ts';
import { decodeIssuedPage, type IssuedCertificate } from '../../shared/repository/catalogue.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { SerialNumber } from '../../shared/serial-number.ts';
import { decodeFilePage, decodeShardPage, isNoShard } from '../../shared/snapshot/directory.ts';
import type { FileEntry } from '../../shared/snapshot/file.ts';
import {
  decodeOCSPShard,
  type OCSPShard,
  storedResponseAt,
} from '../../shared/snapshot/ocsp-shard-reader.ts';
import { decodeRoot, type IssuerEntry, type Root } from '../../shared/snapshot/root.ts';
import { decodeJSON } from '../api/json.ts';
import type { AuthorityRow } from '../database/authority-table.ts';
import { identityOf, sha256 } from '../issuance/public-key.ts';
import { type ReadKey, readBlob, type SourceError } from './snapshot-source.ts';

export type SnapshotError =
  | SourceError
  /** The publication key signed what cannot be read. */
  | { readonly code: 'snapshot-unreadable'; readonly part: string };

export interface PublishedStatus {
  readonly serialNumber: SerialNumber;
  readonly certStatus: CertStatus;
}

/** What the store says of one authority. */
export interface PublishedAuthority {
  readonly row: AuthorityRow;
  readonly statuses: readonly PublishedStatus[];
  /** Certificates of responders that signed these, DER. */
  readonly responders: readonly Uint8Array[];
}

export interface PublishedState {
  readonly authorities: readonly PublishedAuthority[];
  /** Key hashes (SHA-1) of issuers that this state does not know. */
  readonly unknownIssuers: readonly string[];
  readonly files: ReadonlyMap<string, FileEntry>;
  /** Certificates of the lists of what was issued, in their order, by path of the file. */
  readonly issued: readonly IssuedCertificate[];
  readonly readFile: (path: string) => Promise<Result<Uint8Array | null, SnapshotError>>;
}

/** Everything is reached from the signed root by its hash. */
export async function readPublishedState(
  read: ReadKey,
  rootHash: Uint8Array,
  rows: readonly AuthorityRow[],
): Promise<Result<PublishedState, SnapshotError>> {
  const bytes = await readBlob(read, rootHash);
  if (!bytes.ok) return bytes;
  const root = decodeRoot(bytes.value);
  if (!root.ok) return unreadable('root');
  const authorities: PublishedAuthority[] = [];
  const unknownIssuers: string[] = [];
  for (const issuer of root.value.issuers) {
    const row = rows.find((one) => sameIssuer(identityOf(one).sha256, issuer.issuer.sha256));
    if (!row) {
      unknownIssuers.push(hexFromBytes(issuer.issuer.sha1.issuerKeyHash));
      continue;
    }
    const told = await readStatuses(read, issuer);
    if (!told.ok) return told;
    authorities.push({ row, ...told.value });
  }
  // One without OCSP is no issuer of the snapshot.
  for (const row of rows)
    if (!authorities.some((one) => one.row.id === row.id))
      authorities.push({ row, statuses: [], responders: [] });
  const files = await readFiles(read, root.value);
  if (!files.ok) return files;
  const readFile = (path: string) => readWhole(read, files.value.get(path));
  const issued = await readIssued(files.value, readFile);
  if (!issued.ok) return issued;
  return ok({ authorities, unknownIssuers, files: files.value, issued: issued.value, readFile });
}

async function readStatuses(
  read: ReadKey,
  issuer: IssuerEntry,
): Promise<Result<Omit<PublishedAuthority, 'row'>, SnapshotError>> {
  const hashes = await shardHashes(read, issuer);
  if (!hashes.ok) return hashes;
  const statuses: PublishedStatus[] = [];
  const responders = new Map<string, Uint8Array>();
  for (const hash of hashes.value) {
    if (isNoShard(hash)) continue;
    const bytes = await readBlob(read, hash);
    if (!bytes.ok) return bytes;
    const shard = decodeOCSPShard(bytes.value);
    if (!shard.ok) return unreadable('OCSP shard');
    for (const { certificate } of shard.value.header.responders)
      if (certificate) responders.set(hexFromBytes(sha256(certificate)), certificate);
    statuses.push(...statusesOf(shard.value));
  }
  return ok({ statuses, responders: [...responders.values()] });
}

function statusesOf(shard: OCSPShard): readonly PublishedStatus[] {
  return [...shard.entryOffsets.keys()].flatMap((index) => {
    const stored = storedResponseAt(shard, index);
    return stored ? [{ serialNumber: stored.serialNumber, certStatus: stored.certStatus }] : [];
  });
}

async function shardHashes(
  read: ReadKey,
  { shardBits, hashes }: IssuerEntry,
): Promise<Result<readonly Uint8Array[], SnapshotError>> {
  if (hashes.length === 2 ** shardBits) return ok(hashes);
  const all: Uint8Array[] = [];
  for (const hash of hashes) {
    const bytes = await readBlob(read, hash);
    if (!bytes.ok) return bytes;
    const page = decodeShardPage(bytes.value);
    if (!page.ok) return unreadable('directory page');
    all.push(...page.value.shardHashes);
  }
  return ok(all);
}

async function readFiles(
  read: ReadKey,
  { files }: Root,
): Promise<Result<ReadonlyMap<string, FileEntry>, SnapshotError>> {
  if (files.level === 'root') return ok(byPath(files.entries));
  const entries: FileEntry[] = [];
  for (const hash of files.pageHashes) {
    const bytes = await readBlob(read, hash);
    if (!bytes.ok) return bytes;
    const page = decodeFilePage(bytes.value);
    if (!page.ok) return unreadable('file page');
    entries.push(...page.value.entries);
  }
  return ok(byPath(entries));
}

function byPath(entries: readonly FileEntry[]): ReadonlyMap<string, FileEntry> {
  return new Map(entries.map((entry) => [entry.path, entry]));
}

async function readWhole(
  read: ReadKey,
  entry: FileEntry | undefined,
): Promise<Result<Uint8Array | null, SnapshotError>> {
  if (!entry) return ok(null);
  const chunks: Uint8Array[] = [];
  for (const hash of entry.chunkHashes) {
    const chunk = await readBlob(read, hash);
    if (!chunk.ok) return chunk;
    chunks.push(chunk.value);
  }
  const whole = concatBytes(chunks);
  return bytesEqual(sha256(whole), entry.hash) ? ok(whole) : unreadable(entry.path);
}

const ISSUED_PAGE = /^(.*\/)issued-([1-9][0-9]*)\.json$/;

/** The pages of each folder in their order, so that a list goes on where it was. */
async function readIssued(
  files: ReadonlyMap<string, FileEntry>,
  readFile: PublishedState['readFile'],
): Promise<Result<readonly IssuedCertificate[], SnapshotError>> {
  const pages = [...files.keys()].flatMap((path) => {
    const [, folder = '', page] = ISSUED_PAGE.exec(path) ?? [];
    return page === undefined ? [] : [{ path, folder, page: Number(page) }];
  });
  pages.sort((a, b) => (a.folder === b.folder ? a.page - b.page : a.folder < b.folder ? -1 : 1));
  const issued: IssuedCertificate[] = [];
  for (const { path } of pages) {
    const bytes = await readFile(path);
    if (!bytes.ok) return bytes;
    const json = decodeJSON(bytes.value ?? new Uint8Array(0));
    const page = json.ok ? decodeIssuedPage(json.value, '') : json;
    if (!page.ok) return unreadable(path);
    issued.push(...page.value.certificates);
  }
  return ok(issued);
}

function unreadable(part: string): Result<never, SnapshotError> {
  return err({ code: 'snapshot-unreadable', part });
}
