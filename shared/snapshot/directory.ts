import { asciiBytes, bytesEqual } from '../bytes.ts';
import type { IssuerHashes } from '../ocsp/cert-id.ts';
import { ok } from '../result.ts';
import { type FileEntry, readFileEntries, writeFileEntries } from './file.ts';
import { type Decoded, refuse, SHA256_LENGTH, WireReader, WireWriter } from './wire.ts';

/** Stands for a shard without certificates; no blob has this hash. */
export const NO_SHARD: Uint8Array = new Uint8Array(SHA256_LENGTH);

export function isNoShard(hash: Uint8Array): boolean {
  return bytesEqual(hash, NO_SHARD);
}

/** Shards of one directory page: 2^10 hashes, 32 kB. */
export const SHARD_PAGE_BITS = 10;

/** Up to 2^11 shards (64 kB of hashes) stand in the root itself; more take directory pages. */
export const SHARDS_IN_ROOT_BITS = 11;

export const SHARD_BITS_MAX = 20;

/**
 * Where a key lives among 2^bits places: the leading bits of FNV-1a (32 bits) over the octets,
 * finished as MurmurHash3 finishes, so that imported sequential serial numbers spread as well.
 * Spreading is all it has to do: what is found is compared in full.
 */
export function placeOf(key: Uint8Array, bits: number): number {
  if (bits === 0) return 0;
  let hash = 0x811c9dc5;
  for (const octet of key) hash = Math.imul(hash ^ octet, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> (32 - bits);
}

/** Which shards hold an issuer's certificates; `places` has one hash for each of 2^shardBits. */
export interface ShardPage {
  readonly issuer: IssuerHashes;
  readonly shardBits: number;
  readonly pageIndex: number;
  /** 2^SHARD_PAGE_BITS hashes of OCSP shards, `NO_SHARD` where there is none. */
  readonly shardHashes: readonly Uint8Array[];
}

const SHARD_PAGE_MAGIC = 'INKP';

/** `issuer` are the SHA-256 hashes. */
export function encodeShardPage(page: ShardPage): Uint8Array {
  const writer = new WireWriter().magic(SHARD_PAGE_MAGIC);
  writer.octets(page.issuer.issuerNameHash, SHA256_LENGTH);
  writer.octets(page.issuer.issuerKeyHash, SHA256_LENGTH);
  writer.unsigned(page.shardBits, 1).unsigned(page.pageIndex, 4);
  for (const hash of page.shardHashes) writer.octets(hash, SHA256_LENGTH);
  return writer.bytes();
}

export function decodeShardPage(bytes: Uint8Array): Decoded<ShardPage> {
  const reader = new WireReader(bytes);
  reader.expectMagic(SHARD_PAGE_MAGIC);
  const issuerNameHash = reader.octets(SHA256_LENGTH);
  const issuerKeyHash = reader.octets(SHA256_LENGTH);
  const shardBits = reader.unsigned(1);
  const pageIndex = reader.unsigned(4);
  if (reader.failed) return refuse('shard-page', 'truncated or not a shard page');
  if (shardBits <= SHARDS_IN_ROOT_BITS || shardBits > SHARD_BITS_MAX) {
    return refuse('shard-page', 'shardBits out of range');
  }
  if (pageIndex >= 2 ** (shardBits - SHARD_PAGE_BITS)) return refuse('shard-page', 'page index');
  if (reader.remaining !== SHA256_LENGTH << SHARD_PAGE_BITS) return refuse('shard-page', 'length');
  const shardHashes: Uint8Array[] = [];
  while (reader.remaining > 0) shardHashes.push(reader.octets(SHA256_LENGTH));
  return ok({ issuer: { issuerNameHash, issuerKeyHash }, shardBits, pageIndex, shardHashes });
}

/** Up to this many files stand in the root itself. */
export const FILES_IN_ROOT_MAX = 64;

export const FILE_PAGE_BITS_MAX = 12;

/** The files whose path has its place (`placeOf`) at `pageIndex` among 2^pageBits. */
export interface FilePage {
  readonly pageBits: number;
  readonly pageIndex: number;
  readonly entries: readonly FileEntry[];
}

const FILE_PAGE_MAGIC = 'INKQ';

export function encodeFilePage(page: FilePage): Uint8Array {
  const writer = new WireWriter().magic(FILE_PAGE_MAGIC);
  writer.unsigned(page.pageBits, 1).unsigned(page.pageIndex, 4);
  writeFileEntries(writer, page.entries);
  return writer.bytes();
}

export function decodeFilePage(bytes: Uint8Array): Decoded<FilePage> {
  const reader = new WireReader(bytes);
  reader.expectMagic(FILE_PAGE_MAGIC);
  const pageBits = reader.unsigned(1);
  const pageIndex = reader.unsigned(4);
  if (reader.failed || pageBits > FILE_PAGE_BITS_MAX || pageIndex >= 2 ** pageBits) {
    return refuse('file-page', 'not a file page');
  }
  const entries = readFileEntries(reader, 'file-page');
  if (!entries.ok) return entries;
  if (!reader.complete) return refuse('file-page', 'trailing octets');
  const misplaced = ({ path }: FileEntry) => placeOf(asciiBytes(path), pageBits) !== pageIndex;
  if (entries.value.some(misplaced)) return refuse('file-page', 'path of another page');
  return ok({ pageBits, pageIndex, entries: entries.value });
}
