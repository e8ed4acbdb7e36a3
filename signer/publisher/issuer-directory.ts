import {
  encodeShardPage,
  NO_SHARD,
  SHARD_PAGE_BITS,
  SHARDS_IN_ROOT_BITS,
} from '../../shared/snapshot/directory.ts';
import type { IssuerEntry } from '../../shared/snapshot/root.ts';
import type { AuthorityRow } from '../database/authority-table.ts';
import { snapshotPages, snapshotShards } from '../database/snapshot-table.ts';
import { identityOf } from '../issuance/public-key.ts';
import type { SignerContext } from '../signer-context.ts';
import type { BlobSet } from './blob-set.ts';

/** A shard that differs from what the last epoch served. */
export interface ChangedShard {
  readonly authority: AuthorityRow;
  readonly shardIndex: number;
  /** null when no certificate lives there. */
  readonly bytes: Uint8Array | null;
  /** SHA-256 of `bytes`, or `NO_SHARD`. */
  readonly hash: Uint8Array;
  /** Every signature in it was checked. */
  readonly verified: boolean;
}

export interface ChangedPage {
  readonly authorityId: number;
  readonly pageIndex: number;
  readonly hash: Uint8Array;
}

/** What the directories of all issuers add to the epoch. */
export interface Collected {
  readonly blobs: BlobSet;
  readonly pages: ChangedPage[];
  readonly extent: EpochExtent;
}

/** What is due, or all that the snapshot holds: for a store that lost blobs, or is empty. */
export type EpochExtent = 'changes' | 'everything';

export function allShards(shardBits: number): readonly number[] {
  return Array.from({ length: 2 ** shardBits }, (_, index) => index);
}

/** An issuer's line in the root. */
export function issuerEntry(
  context: SignerContext,
  authority: AuthorityRow,
  changed: readonly ChangedShard[],
  collect: Collected,
): IssuerEntry {
  const { shardBits } = authority;
  const issuer = identityOf(authority);
  const mine = changed.filter((shard) => shard.authority.id === authority.id);
  if (shardBits <= SHARDS_IN_ROOT_BITS) {
    return {
      issuer,
      shardBits,
      hashes: shardHashes(context, authority, mine, 0, 2 ** shardBits),
    };
  }
  const pages = pageHashes(context, authority, mine, collect);
  return { issuer, shardBits, hashes: pages };
}

/** The hashes of a range of shards: those that changed, and the others as the last epoch had them. */
function shardHashes(
  context: SignerContext,
  authority: AuthorityRow,
  changed: readonly ChangedShard[],
  from: number,
  count: number,
): readonly Uint8Array[] {
  const hashes: Uint8Array[] = Array.from({ length: count }, () => NO_SHARD);
  for (const { shardIndex, hash } of snapshotShards(context.db, authority.id, from, count)) {
    hashes[shardIndex - from] = hash;
  }
  for (const { shardIndex, hash } of changed) {
    if (shardIndex >= from && shardIndex < from + count) hashes[shardIndex - from] = hash;
  }
  return hashes;
}

/**
 * Only pages with a changed shard are written; the others keep the hash of the last epoch. After
 * `shardBits` grew there is none to keep.
 */
function pageHashes(
  context: SignerContext,
  authority: AuthorityRow,
  changed: readonly ChangedShard[],
  collect: Collected,
): readonly Uint8Array[] {
  const { shardBits } = authority;
  const count = 2 ** (shardBits - SHARD_PAGE_BITS);
  const kept = collect.extent === 'everything' ? [] : snapshotPages(context.db, authority.id);
  const hashes: Uint8Array[] = Array.from({ length: count }, (_, index) => kept[index] ?? NO_SHARD);
  const dirty =
    kept.length === count
      ? new Set(changed.map(({ shardIndex }) => shardIndex >>> SHARD_PAGE_BITS))
      : allShards(shardBits - SHARD_PAGE_BITS);
  for (const pageIndex of dirty) {
    const from = pageIndex << SHARD_PAGE_BITS;
    const page = {
      issuer: identityOf(authority).sha256,
      shardBits,
      pageIndex,
      shardHashes: shardHashes(context, authority, changed, from, 1 << SHARD_PAGE_BITS),
    };
    const hash = collect.blobs.add(encodeShardPage(page));
    hashes[pageIndex] = hash;
    collect.pages.push({ authorityId: authority.id, pageIndex, hash });
  }
  return hashes;
}
