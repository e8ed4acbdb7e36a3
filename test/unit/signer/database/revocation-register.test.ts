import { afterEach, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { type Database, openDatabase } from '../../../../signer/database/database.ts';
import { olderDatabase } from '../../../support/older-database.ts';
import { ScratchDirectory } from '../../../support/openssl.ts';

const scratch = new ScratchDirectory();
const open: Database[] = [];
let files = 0;

function newFile(): string {
  files += 1;
  return scratch.file(`${files}.sqlite`);
}

function opened(path: string): Database {
  const db = must(openDatabase(path), path);
  open.push(db);
  return db;
}

afterEach(() => {
  for (const db of open.splice(0)) db.close();
});

function registerOf(steps: readonly string[]): Database {
  const db = opened(newFile());
  db.transaction((tx) => {
    tx.run(
      "INSERT INTO authority (name, keystore, key_label, spki, subject, created_at) VALUES ('a', 'k', 'l', x'', x'', 0)",
    );
    tx.run(`INSERT INTO certificate (authority_id, serial, state, profile, subject, spki_sha256, not_before, not_after,
      reserved_at, der) VALUES (1, x'01', 'issued', 'tsa', x'', x'01', 0, 0, 0, x'')`);
    tx.run(`INSERT INTO revocation_request (origin, target, authority_id, certificate_id, reason, requested_by, channel,
      description, received_at, recorded_at, recorded_by) VALUES ('request', 'certificate', 1, 1, 1, 'a', 'post', 'd', 0, 0, 'a')`);
  });
  for (const name of steps) insertStep(db, name);
  return db;
}

function insertStep(db: Database, name: string): void {
  db.transaction((tx) =>
    tx.run('INSERT INTO revocation_event (request_id, step, at) VALUES (1, ?, 0)', name),
  );
}

describe('the register of revocations', () => {
  it('CP 4.9.3: revocations from before it was kept are in it, marked as such', () => {
    const path = newFile();
    const old = olderDatabase(path, '0007');
    old.exec(`INSERT INTO authority (name, keystore, key_label, spki, subject, created_at) VALUES ('a', 'k', 'l', x'', x'', 0);
      INSERT INTO certificate (authority_id, serial, state, profile, subject, spki_sha256, not_before, not_after, reserved_at, der)
        VALUES (1, x'01', 'issued', 'tsa', x'', x'01', 0, 0, 0, x''), (1, x'02', 'issued', 'tsa', x'', x'02', 0, 0, 0, x''),
               (1, x'03', 'issued', 'tsa', x'', x'03', 0, 0, 0, x'');
      INSERT INTO revocation VALUES (2, 1, 50, 1, 70, 'alice'), (1, 1, 60, 4, 60, 'bob');
      INSERT INTO unsettled (authority_id, certificate_id) VALUES (1, 2), (1, 3);
      INSERT INTO crl VALUES (1, 7, 0, 1, 0, x'');`);
    old.close();
    const db = opened(path);
    const register = `SELECT r.id, r.origin, r.reason, r.revocation_date, r.received_at, r.recorded_by, k.certificate_id,
      e.step, e.at FROM revocation_request r JOIN revocation_cause k ON k.request_id = r.id
      JOIN revocation_event e ON e.request_id = r.id ORDER BY r.id`;
    expect(db.all(register).map((row) => Object.values(row))).toEqual([
      [1, 'earlier', 4, 60, 60, 'bob', 1, 'execute', 60],
      [2, 'earlier', 1, 50, 70, 'alice', 2, 'execute', 70],
    ]);
    // What was not signed yet is still on its way, and every CRL gets its reasons (CRL-17).
    expect(db.all('SELECT * FROM revocation_due')).toEqual([{ request_id: 2, epoch: null }]);
    expect(db.all('SELECT kind, authority_id FROM outbox')).toEqual([
      { kind: 'crl', authority_id: 1 },
    ]);
  });
});

describe('what the register refuses by itself', () => {
  it('CP 4.9.13: no statement changes or removes what it holds', () => {
    const db = registerOf(['execute']);
    for (const sql of [
      'UPDATE revocation_request SET reason = 4',
      'DELETE FROM revocation_request',
      "UPDATE revocation_event SET step = 'note'",
      'DELETE FROM revocation_event',
    ])
      expect(() => db.transaction((tx) => tx.run(sql))).toThrow('only grows');
  });

  it.each([
    [['execute'], 'cancel'],
    [['begin'], 'cancel'],
    [['cancel'], 'execute'],
    [['cancel'], 'begin'],
    [['cancel'], 'approve'],
    [['execute'], 'begin'],
  ] as const)('CP 4.9.13: after %j the database itself refuses %s', (steps, refused) => {
    const db = registerOf(steps);
    expect(() => insertStep(db, refused)).toThrow('closed');
    expect(() => insertStep(db, 'note')).not.toThrow();
  });

  it('CP 4.9.3: a step happens once', () => {
    const db = registerOf(['approve']);
    expect(() => insertStep(db, 'approve')).toThrow(/UNIQUE/);
  });
});
