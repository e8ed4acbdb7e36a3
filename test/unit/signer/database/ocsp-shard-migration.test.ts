import { readFileSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { placeOf } from '../../../../shared/snapshot/directory.ts';
import { activeAuthorities } from '../../../../signer/database/authority-table.ts';
import { type Database, openDatabase, type Row } from '../../../../signer/database/database.ts';
import { addMigrationFunctions } from '../../../../signer/database/migration-functions.ts';
import { readOutbox } from '../../../../signer/database/outbox-table.ts';
import { countAnswersBy } from '../../../../signer/database/withdrawal-table.ts';
import { buildEpochCandidate } from '../../../../signer/publisher/epoch-candidate.ts';
import { checkEpoch } from '../../../../signer/publisher/publish-gate.ts';
import { findWrongAnswers } from '../../../../signer/publisher/signature-gate.ts';
import { revokeCertificate } from '../../../../signer/revocation/revoke-certificate.ts';
import { type StoredAnswer, storedAnswers } from '../../../support/stored-answers.ts';
import {
  insertCertificates,
  type PublisherUnderTest,
  startPublisher,
} from '../publisher/publisher-under-test.ts';

const SUB_CA = 'time-stamping-ca';
/** Of P-256: 1,000 answers take some 150 kB. */
const CERTIFICATES = 1_000;
const MIGRATIONS = ['0001-initial', '0002-certificate-place', '0003-authority-urls'];
const TABLES = ['setting', 'authority', 'certification_request', 'certificate', 'revocation'];

function migration(name: string): string {
  const url = new URL(`../../../../signer/database/migrations/${name}.sql`, import.meta.url);
  return readFileSync(url, 'utf8');
}

/** A database as migration 3 knew it, with these facts and answers. */
function writeOld(path: string, facts: Database, answers: readonly StoredAnswer[]): DatabaseSync {
  const old = new DatabaseSync(path);
  addMigrationFunctions(old);
  for (const name of MIGRATIONS) old.exec(migration(name));
  old.exec(`PRAGMA user_version = ${MIGRATIONS.length}; PRAGMA foreign_keys = ON; BEGIN;`);
  for (const table of [...TABLES, 'crl', 'responder', 'epoch', 'snapshot_shard', 'snapshot_file']) {
    for (const row of facts.all(`SELECT * FROM ${table}`)) insert(old, table, row);
  }
  const batches = new Map<string, number>();
  for (const { authorityId, serialNumber, certStatus, batch, signatures } of answers) {
    const { producedAt, thisUpdate, nextUpdate, archiveCutoff, responder } = batch;
    const key = JSON.stringify([authorityId, thisUpdate, [...responder.keyHash]]);
    const id = batches.get(key) ?? batches.size + 1;
    const { id: responderId } = facts.get(
      'SELECT id FROM responder WHERE certificate = ?',
      responder.certificate,
    ) ?? { id: 0 };
    if (!batches.has(key)) {
      const times = { produced_at: producedAt, this_update: thisUpdate, next_update: nextUpdate };
      const whose = { id, authority_id: authorityId, responder_id: Number(responderId) };
      insert(old, 'ocsp_batch', { ...whose, ...times, archive_cutoff: archiveCutoff });
      batches.set(key, id);
    }
    const revoked = certStatus.status === 'revoked';
    insert(old, 'ocsp_response', {
      authority_id: authorityId,
      place: placeOf(serialNumber, 20),
      serial: serialNumber,
      batch_id: id,
      reason: revoked ? certStatus.revocationReason : 0,
      revocation_time: revoked ? certStatus.revocationTime : 0,
      signature_sha1: signatures.sha1,
      signature_sha256: signatures.sha256,
      verified: 1,
    });
  }
  old.exec('COMMIT');
  return old;
}

function insert(db: DatabaseSync, table: string, row: Row | Record<string, SQLInputValue>): void {
  const known = new Set(
    db
      .prepare(`SELECT name FROM pragma_table_info('${table}')`)
      .all()
      .map(({ name }) => name),
  );
  const columns = Object.keys(row).filter((name) => known.has(name));
  const values = columns.map((name) => row[name] ?? null);
  const marks = columns.map(() => '?').join();
  db.prepare(`INSERT INTO ${table} (${columns.join()}) VALUES (${marks})`).run(...values);
}

let test: PublisherUnderTest;
let before: readonly StoredAnswer[];
let migrated: Database;
let subId = 0;

beforeAll(async () => {
  test = await startPublisher();
  const [revoked = '', waiting = ''] = insertCertificates(test, CERTIFICATES);
  await test.settle(SUB_CA);
  const revoke = (serialNumber: string) =>
    must(revokeCertificate(test.context, { serialNumber, reason: 'superseded' }, 'test'), 'revoke');
  revoke(revoked);
  await test.settle(SUB_CA);
  must(await test.publisher.publish('changes'), 'publish');
  subId = test.authority(SUB_CA).row.id;
  before = storedAnswers(test.context.db);
  const path = test.scratch.file('old.db');
  revoke(waiting);
  const old = writeOld(path, test.context.db, before);
  const { id } = test.context.db.get('SELECT max(certificate_id) AS id FROM revocation') ?? {};
  insert(old, 'unsettled', { authority_id: subId, certificate_id: Number(id) });
  // As if nothing could be published for long: one shard for all of them.
  old.exec(`UPDATE authority SET shard_bits = 0`);
  old.close();
  migrated = must(openDatabase(path), 'migration');
}, 120_000);
afterAll(async () => {
  migrated?.close();
  await test?.close();
});

function number(sql: string): number {
  return Number(migrated.get(`SELECT ${sql} AS n`)?.['n']);
}

describe('migration 4', () => {
  it('KV: every answer that was signed is kept, as it was, in shards that are not too long', () => {
    const bySerial = (answers: readonly StoredAnswer[]) =>
      [...answers]
        .sort((a, b) => (a.serial < b.serial ? -1 : 1))
        .map(({ shardIndex: _, ...answer }) => answer);
    expect(bySerial(storedAnswers(migrated))).toEqual(bySerial(before));
    expect(number('(SELECT max(length(bytes)) FROM ocsp_shard)')).toBeLessThanOrEqual(98_304);
    expect(number(`(SELECT shard_bits FROM authority WHERE id = ${subId})`)).toBe(2);
  });

  it('KV: an authority that gets more shards has all of them published anew, another has none', () => {
    const { places } = readOutbox(migrated);
    expect(places.get(subId)?.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3].map((n) => n << 18));
    expect([...places.keys()]).toEqual([subId]);
    expect(number(`(SELECT count(*) FROM snapshot_shard WHERE authority_id = ${subId})`)).toBe(0);
    expect(number('(SELECT count(*) FROM snapshot_shard)')).toBeGreaterThan(0);
  });

  it('CP 4.9.10: every certificate that was answered stays so, and no other becomes so', () => {
    expect(number('(SELECT count(*) FROM certificate WHERE answered = 1)')).toBe(before.length);
    expect(number("(SELECT count(*) FROM certificate WHERE state = 'issued')")).toBe(before.length);
  });

  it('RSP-24: the gate takes what was migrated, a waiting revocation told as it was settled last', async () => {
    const context = { ...test.context, db: migrated };
    const candidate = buildEpochCandidate(context, activeAuthorities(migrated), 'everything');
    expect(candidate.shards.length).toBeGreaterThan(4);
    expect(checkEpoch(context, candidate, context.clock())).toEqual({ ok: true, value: true });
    const unchecked = candidate.shards.map((shard) => ({ ...shard, verified: false }));
    const wrong = await findWrongAnswers(context.door, { ...candidate, shards: unchecked });
    expect(wrong).toEqual({ ok: true, value: [] });
  });

  it('RSP-9: age, end, responder and verification of a shard are known', () => {
    const columns = 'authority_id, verified, this_update, next_update';
    const rows = migrated.all(`SELECT DISTINCT ${columns} FROM ocsp_shard ORDER BY authority_id`);
    const times = new Set(before.map(({ batch }) => `${batch.thisUpdate} ${batch.nextUpdate}`));
    expect(new Set(rows.map((row) => `${row['this_update']} ${row['next_update']}`))).toEqual(
      times,
    );
    expect(rows.map((row) => row['verified'])).toEqual(rows.map(() => 1));
    const responders = 'SELECT DISTINCT authority_id, responder_id AS id FROM ocsp_shard_responder';
    expect(migrated.all(`${responders} ORDER BY 1`)).toEqual(
      migrated.all('SELECT authority_id, id FROM responder ORDER BY 1'),
    );
  });

  it('RSP-36: so is how many answers each responder signed', () => {
    const told = migrated
      .all('SELECT id, certificate FROM responder')
      .map(({ id, certificate }) => {
        const mine = Buffer.from(certificate as Uint8Array);
        return [
          countAnswersBy(migrated, Number(id)),
          before.filter(({ batch }) => mine.equals(batch.responder.certificate ?? mine.subarray(1)))
            .length,
        ];
      });
    expect(told.map(([counted]) => counted)).toEqual(told.map(([, signed]) => signed));
    expect(Math.max(...told.flat())).toBeGreaterThan(CERTIFICATES);
  });
});
