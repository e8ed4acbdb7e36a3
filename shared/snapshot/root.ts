import { compareBytes, concatBytes } from '../bytes.ts';
import type { IssuerIdentity } from '../ocsp/cert-id.ts';
import { BugError, ok } from '../result.ts';
import {
  FILE_PAGE_BITS_MAX,
  FILES_IN_ROOT_MAX,
  SHARD_BITS_MAX,
  SHARD_PAGE_BITS,
  SHARDS_IN_ROOT_BITS,
} from './directory.ts';
import { type FileEntry, readFileEntries, writeFileEntries } from './file.ts';
import { readIssuerIdentity, writeIssuerIdentity } from './issuer-identity.ts';
import { type Decoded, refuse, SHA256_LENGTH, WireReader, WireWriter } from './wire.ts';

/**
 * One issuer of the snapshot. Up to 2^11 shards `hashes` are those of the shards; beyond, those of
 * the directory pages.
 */
export interface IssuerEntry {
  readonly issuer: IssuerIdentity;
  readonly shardBits: number;
  readonly hashes: readonly Uint8Array[];
}

/** The files: in the root while they are few, else in 2^pageBits pages. */
export type FileTable =
  | { readonly level: 'root'; readonly entries: readonly FileEntry[] }
  | {
      readonly level: 'pages';
      readonly pageBits: number;
      readonly pageHashes: readonly Uint8Array[];
    };

/** Where the audit log stood when the epoch was made: number of events, hash of the last. */
export interface AuditCheckpoint {
  readonly size: number;
  readonly hash: Uint8Array;
}

/** Everything an epoch serves, by hash. */
export interface Root {
  readonly issuers: readonly IssuerEntry[];
  readonly files: FileTable;
  readonly audit: AuditCheckpoint;
}

const ROOT_MAGIC = 'INKR';
const ISSUERS_MAX = 256;
const LEVEL_ROOT = 0;
const LEVEL_PAGES = 1;

/** How many hashes an issuer's entry carries. */
export function directoryLength(shardBits: number): number {
  return 2 ** (shardBits <= SHARDS_IN_ROOT_BITS ? shardBits : shardBits - SHARD_PAGE_BITS);
}

function issuerOrder(a: IssuerEntry, b: IssuerEntry): number {
  const key = ({ issuer }: IssuerEntry) =>
    concatBytes([issuer.sha256.issuerNameHash, issuer.sha256.issuerKeyHash]);
  return compareBytes(key(a), key(b));
}

/** Issuers are put in ascending order of their SHA-256 name and key hashes. */
export function encodeRoot(root: Root): Uint8Array {
  const writer = new WireWriter().magic(ROOT_MAGIC);
  writer.unsigned(root.issuers.length, 2);
  for (const entry of [...root.issuers].sort(issuerOrder)) {
    writeIssuerIdentity(writer, entry.issuer);
    writer.unsigned(entry.shardBits, 1);
    if (entry.hashes.length !== directoryLength(entry.shardBits)) {
      throw new BugError('hashes of an issuer do not match its shardBits');
    }
    for (const hash of entry.hashes) writer.octets(hash, SHA256_LENGTH);
  }
  if (root.files.level === 'root') {
    writer.unsigned(LEVEL_ROOT, 1);
    writeFileEntries(writer, root.files.entries);
  } else {
    writer.unsigned(LEVEL_PAGES, 1).unsigned(root.files.pageBits, 1);
    for (const hash of root.files.pageHashes) writer.octets(hash, SHA256_LENGTH);
  }
  writer.unsigned(root.audit.size, 6).octets(root.audit.hash, SHA256_LENGTH);
  return writer.bytes();
}

export function decodeRoot(bytes: Uint8Array): Decoded<Root> {
  const reader = new WireReader(bytes);
  reader.expectMagic(ROOT_MAGIC);
  const issuerCount = reader.unsigned(2);
  if (reader.failed || issuerCount > ISSUERS_MAX) return refuse('root', 'not a root');
  const issuers: IssuerEntry[] = [];
  for (let i = 0; i < issuerCount; i++) {
    const entry = readIssuerEntry(reader);
    if (!entry) return refuse('root', 'issuer entry malformed');
    const before = issuers[i - 1];
    if (before && issuerOrder(before, entry) >= 0) return refuse('root', 'issuers not ascending');
    issuers.push(entry);
  }
  const files = readFileTable(reader);
  if (!files.ok) return files;
  const audit = { size: reader.unsigned(6), hash: reader.octets(SHA256_LENGTH) };
  if (!reader.complete) return refuse('root', 'truncated or trailing octets');
  return ok({ issuers, files: files.value, audit });
}

function readIssuerEntry(reader: WireReader): IssuerEntry | undefined {
  const issuer = readIssuerIdentity(reader);
  const shardBits = reader.unsigned(1);
  if (reader.failed || shardBits > SHARD_BITS_MAX) return undefined;
  const hashes = readHashes(reader, directoryLength(shardBits));
  return hashes && { issuer, shardBits, hashes };
}

function readHashes(reader: WireReader, count: number): readonly Uint8Array[] | undefined {
  if (reader.failed || reader.remaining < count * SHA256_LENGTH) return undefined;
  const hashes: Uint8Array[] = [];
  for (let i = 0; i < count; i++) hashes.push(reader.octets(SHA256_LENGTH));
  return hashes;
}

function readFileTable(reader: WireReader): Decoded<FileTable> {
  const level = reader.unsigned(1);
  if (level === LEVEL_ROOT) {
    const entries = readFileEntries(reader, 'root');
    if (!entries.ok) return entries;
    if (entries.value.length > FILES_IN_ROOT_MAX)
      return refuse('root', 'too many files in the root');
    return ok({ level: 'root', entries: entries.value });
  }
  const pageBits = reader.unsigned(1);
  if (reader.failed || level !== LEVEL_PAGES || pageBits > FILE_PAGE_BITS_MAX) {
    return refuse('root', 'file table malformed');
  }
  const pageHashes = readHashes(reader, 2 ** pageBits);
  if (!pageHashes) return refuse('root', 'truncated');
  return ok({ level: 'pages', pageBits, pageHashes });
}
