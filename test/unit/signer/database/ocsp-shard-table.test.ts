import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { type Database, openDatabase } from '../../../../signer/database/database.ts';
import {
  dueShards,
  earliestNextUpdate,
  findShard,
  type NewShard,
  placesOfShard,
  putShard,
  setShardDue,
  setShardVerified,
} from '../../../../signer/database/ocsp-shard-table.ts';
import { ScratchDirectory } from '../../../support/openssl.ts';

const scratch = new ScratchDirectory();
const AUTHORITY = 1;
const RESPONDERS = [1, 2] as const;

let db: Database;
beforeAll(() => {
  db = must(openDatabase(scratch.file('shards.sqlite')), 'database');
  db.transaction((tx) => {
    tx.run(
      "INSERT INTO authority (name, keystore, key_label, spki, subject, created_at) VALUES ('a', 'k', 'l', x'', x'', 0)",
    );
    for (const id of RESPONDERS) {
      tx.run(
        `INSERT INTO certificate (authority_id, serial, state, profile, subject, spki_sha256, not_before, not_after,
           reserved_at, der) VALUES (1, ?, 'issued', 'ocsp-responder', x'', ?, 0, 0, 0, x'3000')`,
        Uint8Array.of(id),
        Uint8Array.of(id),
      );
      tx.run(
        `INSERT INTO responder (authority_id, certificate_id, keystore, key_label, spki, certificate,
           signature_algorithm, not_after) VALUES (1, ?, 'k', ?, x'', x'', 'ecdsa-with-SHA256', 0)`,
        id,
        `r${id}`,
      );
    }
  });
});
afterAll(() => db.close());

function put(shardIndex: number, thisUpdate: number, more: Partial<NewShard> = {}): void {
  const shard = {
    shardIndex,
    bytes: Uint8Array.of(shardIndex),
    hash: Uint8Array.of(shardIndex, 1),
    verified: false,
    thisUpdate: unixSeconds(thisUpdate),
    nextUpdate: unixSeconds(thisUpdate + 500),
    answersBy: new Map([[RESPONDERS[0], 1]]),
  };
  db.transaction((tx) => putShard(tx, AUTHORITY, { ...shard, ...more }));
}

const due = (madeBy: number, limit = 10) => dueShards(db, AUTHORITY, unixSeconds(madeBy), limit);

describe('shards of pre-signed answers', () => {
  it('RSP-9: those that were made by a time are due, the oldest first, and no more than are asked for', () => {
    put(0, 300);
    put(1, 100);
    put(2, 200);
    put(3, 400);
    expect(due(300)).toEqual([1, 2, 0]);
    expect(due(300, 2)).toEqual([1, 2]);
    expect(due(99)).toEqual([]);
    expect(dueShards(db, AUTHORITY + 1, unixSeconds(300), 10)).toEqual([]);
  });

  it('RSP-9: one that is marked is due before all others, until it is written again', () => {
    db.transaction((tx) => setShardDue(tx, AUTHORITY, 3));
    expect(due(100)).toEqual([3, 1]);
    put(3, 400);
    expect(due(100)).toEqual([1]);
  });

  it('RSP-36: those with answers of a responder that was revoked come first, whatever their age', () => {
    put(3, 400, { answersBy: new Map(RESPONDERS.map((id) => [id, 1])) });
    expect(due(100)).toEqual([1]);
    db.transaction((tx) => tx.run("INSERT INTO revocation VALUES (2, 1, 0, 1, 0, 'test')"));
    expect(due(100)).toEqual([3, 1]);
    put(3, 400);
    expect(due(100)).toEqual([1]);
  });

  it('RSP-9: the runway is that of the answer which runs out first', () => {
    expect(earliestNextUpdate(db, AUTHORITY)).toBe(600);
    put(1, 350);
    expect(earliestNextUpdate(db, AUTHORITY)).toBe(700);
    expect(earliestNextUpdate(db, AUTHORITY + 1)).toBeNull();
  });

  it('ADR 3: a shard counts as verified only if it is still the one that was verified', () => {
    const hash = findShard(db, AUTHORITY, 0)?.hash ?? new Uint8Array();
    put(0, 300, { hash: Uint8Array.of(9) });
    const verify = (checked: Uint8Array) =>
      db.transaction((tx) => setShardVerified(tx, AUTHORITY, { shardIndex: 0, hash: checked }));
    verify(hash);
    expect(findShard(db, AUTHORITY, 0)?.verified).toBe(false);
    verify(Uint8Array.of(9));
    expect(findShard(db, AUTHORITY, 0)?.verified).toBe(true);
  });

  it('ADR 1 snapshot: the shards of every shardBits part the places among them', () => {
    expect(placesOfShard(0, 0)).toEqual({ from: 0, to: 1 << 20 });
    expect(placesOfShard(3, 7)).toEqual({ from: 7 << 17, to: 1 << 20 });
    expect(placesOfShard(20, 5)).toEqual({ from: 5, to: 6 });
  });
});
