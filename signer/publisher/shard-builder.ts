import type { IssuerIdentity } from '../../shared/ocsp/cert-id.ts';
import type { Responder } from '../../shared/ocsp/response.ts';
import { BugError, must } from '../../shared/result.ts';
import {
  encodeOCSPShard,
  type ShardBatch,
  type ShardEntry,
} from '../../shared/snapshot/ocsp-shard.ts';
import type { AuthorityRow } from '../database/authority-table.ts';
import type { Reader } from '../database/database.ts';
import { batchById, type ResponseRow, responsesOfShard } from '../database/ocsp-table.ts';
import { responderById } from '../database/responder-table.ts';
import { issuerIdentity } from '../issuance/public-key.ts';
import { responderOf } from '../ocsp/responder.ts';

/** One shard as it stands in the database now; `bytes` is null when no certificate lives there. */
export interface BuiltShard {
  readonly shardIndex: number;
  readonly responses: readonly ResponseRow[];
  readonly bytes: Uint8Array | null;
}

/** Collects responders and batches in the order of their first use. */
class ShardTables {
  readonly responders: Responder[] = [];
  readonly batches: ShardBatch[] = [];
  readonly #responderIndex = new Map<number, number>();
  readonly #batchIndex = new Map<number, number>();
  readonly #db: Reader;

  constructor(db: Reader) {
    this.#db = db;
  }

  batch(id: number): number {
    const known = this.#batchIndex.get(id);
    if (known !== undefined) return known;
    const row = batchById(this.#db, id);
    if (!row) throw new BugError(`no OCSP batch ${id}`);
    const { producedAt, thisUpdate, nextUpdate, archiveCutoff } = row;
    const responder = this.#responder(row.responderId);
    this.batches.push({ responder, producedAt, thisUpdate, nextUpdate, archiveCutoff });
    this.#batchIndex.set(id, this.batches.length - 1);
    return this.batches.length - 1;
  }

  #responder(id: number): number {
    const known = this.#responderIndex.get(id);
    if (known !== undefined) return known;
    const row = responderById(this.#db, id);
    if (!row) throw new BugError(`no responder ${id}`);
    this.responders.push(responderOf(row));
    this.#responderIndex.set(id, this.responders.length - 1);
    return this.responders.length - 1;
  }
}

export function identityOf(authority: AuthorityRow): IssuerIdentity {
  return must(issuerIdentity(authority.subject, authority.spki), 'key of an authority');
}

export function buildShard(db: Reader, authority: AuthorityRow, shardIndex: number): BuiltShard {
  const { shardBits } = authority;
  const responses = responsesOfShard(db, authority.id, shardBits, shardIndex);
  if (responses.length === 0) return { shardIndex, responses, bytes: null };
  const tables = new ShardTables(db);
  const entries = responses.map(
    ({ serialNumber, batchId, certStatus, signatures }): ShardEntry => ({
      serialNumber,
      batch: tables.batch(batchId),
      certStatus,
      signatures,
    }),
  );
  const { responders, batches } = tables;
  const header = { issuer: identityOf(authority), shardBits, shardIndex, responders, batches };
  return { shardIndex, responses, bytes: encodeOCSPShard(header, entries) };
}
