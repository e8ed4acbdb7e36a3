import { sameIssuer } from '../shared/ocsp/cert-id.ts';
import { ok, type Result } from '../shared/result.ts';
import type { SerialNumber } from '../shared/serial-number.ts';
import {
  decodeShardPage,
  isNoShard,
  placeOf,
  SHARD_PAGE_BITS,
  SHARDS_IN_ROOT_BITS,
} from '../shared/snapshot/directory.ts';
import { decodeOCSPShard, type OCSPShard } from '../shared/snapshot/ocsp-shard-reader.ts';
import { createDecodedBlobs } from './decoded-blobs.ts';
import type { ServedIssuer } from './issuer-index.ts';
import type { Monitoring } from './monitoring.ts';
import type { StoreList } from './store-list.ts';
import { type BlobFailure, inconsistentBlob } from './verified-blobs.ts';

/** From an issuer of the adopted root to the shard of a serial number. */
export interface ShardReader {
  /** Hash of the shard if memory knows it, `NO_SHARD` included; no store read. */
  heldShardHash(issuer: ServedIssuer, serialNumber: SerialNumber): Uint8Array | undefined;
  /** `undefined` where the directory says that there is no shard. */
  readShard(
    issuer: ServedIssuer,
    serialNumber: SerialNumber,
  ): Promise<Result<HashedShard | undefined, BlobFailure>>;
  /** The shard at a place from 0 to before 2^shardBits. */
  readShardAt(
    issuer: ServedIssuer,
    place: number,
  ): Promise<Result<HashedShard | undefined, BlobFailure>>;
}

export interface HashedShard {
  readonly hash: Uint8Array;
  readonly shard: OCSPShard;
}

const PLACES_IN_PAGE = 1 << SHARD_PAGE_BITS;

export function createShardReader(
  stores: StoreList,
  memoMaxBytes: { readonly shards: number; readonly pages: number },
  monitoring: Monitoring,
): ShardReader {
  const shards = createDecodedBlobs(
    { decode: decodeOCSPShard, objects: () => 8, memoMaxBytes: memoMaxBytes.shards },
    stores,
    monitoring,
  );
  const pages = createDecodedBlobs(
    { decode: decodeShardPage, objects: () => PLACES_IN_PAGE, memoMaxBytes: memoMaxBytes.pages },
    stores,
    monitoring,
  );

  function heldShardHash(issuer: ServedIssuer, serialNumber: SerialNumber): Uint8Array | undefined {
    const place = placeOf(serialNumber, issuer.shardBits);
    if (issuer.shardBits <= SHARDS_IN_ROOT_BITS) return issuer.hashes[place];
    const pageHash = issuer.hashes[place >> SHARD_PAGE_BITS];
    const page = pageHash && pages.held(pageHash);
    return page?.shardHashes[place % PLACES_IN_PAGE];
  }

  async function readShardHash(
    issuer: ServedIssuer,
    place: number,
  ): Promise<Result<Uint8Array, BlobFailure>> {
    const inRoot = issuer.shardBits <= SHARDS_IN_ROOT_BITS;
    const pageIndex = place >> SHARD_PAGE_BITS;
    const hash = issuer.hashes[inRoot ? place : pageIndex];
    if (!hash) return inconsistentBlob(monitoring, 'blob-misplaced', 'directory too short');
    if (inRoot) return ok(hash);
    const page = await pages.read(hash);
    if (!page.ok) return page;
    const { issuer: named, shardBits, pageIndex: index, shardHashes } = page.value;
    const shardHash = shardHashes[place % PLACES_IN_PAGE];
    const fits =
      sameIssuer(named, issuer.issuer.sha256) &&
      shardBits === issuer.shardBits &&
      index === pageIndex;
    if (!fits || !shardHash) return inconsistentBlob(monitoring, 'blob-misplaced', 'shard page');
    return ok(shardHash);
  }

  async function readShardAt(
    issuer: ServedIssuer,
    place: number,
  ): Promise<Result<HashedShard | undefined, BlobFailure>> {
    const hash = await readShardHash(issuer, place);
    if (!hash.ok) return hash;
    if (isNoShard(hash.value)) return ok(undefined);
    const shard = await shards.read(hash.value);
    if (!shard.ok) return shard;
    if (!isShardOf(shard.value, issuer, place)) {
      return inconsistentBlob(monitoring, 'blob-misplaced', 'OCSP shard');
    }
    return ok({ hash: hash.value, shard: shard.value });
  }

  return {
    heldShardHash,
    readShard: (issuer, serialNumber) =>
      readShardAt(issuer, placeOf(serialNumber, issuer.shardBits)),
    readShardAt,
  };
}

/** The header of a shard must say what the directory says; a right hash is not enough. */
function isShardOf(shard: OCSPShard, issuer: ServedIssuer, place: number): boolean {
  const { header } = shard;
  return (
    sameIssuer(header.issuer.sha1, issuer.issuer.sha1) &&
    sameIssuer(header.issuer.sha256, issuer.issuer.sha256) &&
    header.shardBits === issuer.shardBits &&
    header.shardIndex === place
  );
}
