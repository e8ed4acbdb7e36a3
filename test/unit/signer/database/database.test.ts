import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { findAuthority } from '../../../../signer/database/authority-table.ts';
import { pendingCeremony } from '../../../../signer/database/ceremony-table.ts';
import { certificatesOfSubject } from '../../../../signer/database/certificate-table.ts';
import { type Database, openDatabase } from '../../../../signer/database/database.ts';
import { readSetting, writeSetting } from '../../../../signer/database/setting-table.ts';
import { encodeName } from '../../../../signer/issuance/distinguished-name.ts';
import { nameKey } from '../../../../signer/issuance/name-key.ts';
import { olderDatabase } from '../../../support/older-database.ts';
import { ScratchDirectory } from '../../../support/openssl.ts';

const MIGRATIONS = new URL('../../../../signer/database/migrations/', import.meta.url);

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

describe('migrations', () => {
  it('KV: a new database is brought to the newest migration', () => {
    const newest = readdirSync(MIGRATIONS).length;
    expect(opened(newFile()).get('PRAGMA user_version')).toEqual({ user_version: newest });
  });

  it('KV: a database of a newer version is refused and left as it is', () => {
    const path = newFile();
    opened(path);
    open.pop()?.close();
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(openDatabase(path)).toMatchObject({ ok: false, error: { code: 'database-newer' } });
    const after = new DatabaseSync(path);
    expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
    after.close();
  });

  it('KV: the certificates of migration 1 get their place among the shards', () => {
    const path = newFile();
    const old = new DatabaseSync(path);
    old.exec(readFileSync(new URL('0001-initial.sql', MIGRATIONS), 'utf8'));
    // 'a' of docs/formats.md 3 has its place at 0x1a80b.
    old.exec(`PRAGMA user_version = 1;
      INSERT INTO authority (name, keystore, key_label, spki, subject, created_at) VALUES ('a', 'k', 'l', x'', x'', 0);
      INSERT INTO certificate (authority_id, serial, state, profile, subject, spki_sha256, not_before, not_after, reserved_at)
        VALUES (1, x'61', 'reserved', 'tsa', x'', x'', 0, 0, 0);`);
    old.close();
    expect(opened(path).get('SELECT place FROM certificate')).toEqual({ place: 0x1a80b });
  });

  it('CRT-8: the certificates of migration 3 get the key by which subjects are compared', () => {
    const path = newFile();
    const old = new DatabaseSync(path);
    old.function('place_of', (_serial, _bits) => 0);
    for (const file of readdirSync(MIGRATIONS).sort().slice(0, 3))
      old.exec(readFileSync(new URL(file, MIGRATIONS), 'utf8'));
    const subject = Buffer.from(encodeName([['O', 'Example']])).toString('hex');
    old.exec(`PRAGMA user_version = 3;
      INSERT INTO authority (name, keystore, key_label, spki, subject, created_at) VALUES ('a', 'k', 'l', x'', x'', 0);
      INSERT INTO certificate (authority_id, serial, state, profile, subject, spki_sha256, not_before, not_after, reserved_at)
        VALUES (1, x'61', 'reserved', 'tsa', x'${subject}', x'', 0, 0, 0);`);
    old.close();
    const db = opened(path);
    expect(certificatesOfSubject(db, 1, nameKey(encodeName([['O', 'EXAMPLE']])))).toMatchObject([
      { id: 1, confirmations: [] },
    ]);
    expect(certificatesOfSubject(db, 1, nameKey(encodeName([['O', 'Other']])))).toEqual([]);
  });

  it('CRL-15, RSP-16: what was there before is kept: no entry left out, no answer withdrawn', () => {
    const path = newFile();
    const old = new DatabaseSync(path);
    old.exec(readFileSync(new URL('0001-initial.sql', MIGRATIONS), 'utf8'));
    old.exec(`PRAGMA user_version = 1;
      INSERT INTO authority (name, keystore, key_label, spki, subject, created_at) VALUES ('a', 'k', 'l', x'', x'', 0);
      INSERT INTO certificate (authority_id, serial, state, profile, subject, spki_sha256, not_before, not_after, reserved_at)
        VALUES (1, x'61', 'reserved', 'tsa', x'', x'', 0, 0, 0);
      INSERT INTO crl (authority_id, crl_number, this_update, next_update, entries, der) VALUES (1, 7, 0, 1, 0, x'');`);
    old.close();
    const db = opened(path);
    expect(db.get('SELECT withdrawn_at, withdrawn_why FROM certificate')).toEqual({
      withdrawn_at: null,
      withdrawn_why: null,
    });
    expect(db.get('SELECT kept_since FROM crl')).toEqual({ kept_since: 0 });
  });
});

describe('migration 9', () => {
  /** A database as it was when this migration was written, with certificates in each state of settlement. */
  function before(): string {
    const path = newFile();
    const old = olderDatabase(path, '0009');
    old.exec(`INSERT INTO authority (name, keystore, key_label, spki, subject, created_at) VALUES ('a', 'k', 'l', x'', x'', 0);
      INSERT INTO certificate (id, authority_id, serial, state, profile, subject, spki_sha256, not_before, not_after, der, reserved_at, answered)
        VALUES (1, 1, x'61', 'issued', 'tsa', x'', x'01', 0, 0, x'30', 0, 1), (2, 1, x'62', 'issued', 'tsa', x'', x'02', 0, 0, x'30', 0, 0),
          (3, 1, x'63', 'issued', 'tsa', x'', x'03', 0, 0, x'30', 0, 1), (4, 1, x'64', 'issued', 'tsa', x'', x'04', 0, 0, x'30', 0, 0);
      -- The second has no status yet, the third is to get another; the fourth is of a CA without OCSP.
      INSERT INTO unsettled (authority_id, certificate_id) VALUES (1, 2), (1, 3);
      INSERT INTO snapshot_file (path, media_type, hash, length, chunk_hashes) VALUES ('a', 1, x'', 0, x'');`);
    old.close();
    return path;
  }

  it('OPS-4: what had its status waits for one epoch, and what had none waits for its status', () => {
    const db = opened(before());
    const rows = db.all('SELECT certificate_id, path, epoch FROM certificate_publication');
    expect(rows).toEqual(
      [1, 3, 4].map((certificate_id) => ({ certificate_id, path: null, epoch: null })),
    );
  });

  it('KV: the files of an earlier snapshot get their place among the pages', () => {
    const db = opened(before());
    // 'a' of docs/formats.md 3 has its place at 0x1a80b.
    expect(db.get('SELECT place FROM snapshot_file')).toEqual({ place: 0x1a80b });
  });
});

describe('certificates before migration 11', () => {
  it('CP 4.4.2: those with a published file have their places, in the order of publication', () => {
    const path = newFile();
    const old = olderDatabase(path, '0011');
    old.exec(`INSERT INTO authority (id, name, keystore, key_label, spki, subject, created_at) VALUES (1, 'a', 'k', 'l', x'', x'', 0), (2, 'b', 'k', 'm', x'', x'', 0);
      INSERT INTO certificate (id, authority_id, serial, state, profile, subject, spki_sha256, not_before, not_after, der, reserved_at)
        VALUES (1, 1, x'61', 'issued', 'tsa', x'', x'01', 0, 0, x'30', 0), (2, 2, x'62', 'issued', 'tsa', x'', x'02', 0, 0, x'30', 0),
          (3, 1, x'63', 'issued', 'tsa', x'', x'03', 0, 0, x'30', 0), (4, 1, x'64', 'issued', 'tsa', x'', x'04', 0, 0, x'30', 0),
          (5, 1, x'65', 'issued', 'tsa', x'', x'05', 0, 0, x'30', 0);
      -- The fourth has no file, the fifth waits for its epoch.
      INSERT INTO certificate_publication (certificate_id, path, epoch) VALUES (3, '/3', 1), (1, '/1', 2), (2, '/2', 2), (4, NULL, 2), (5, '/5', NULL);`);
    old.close();
    const rows = opened(path).all(
      'SELECT authority_id, position, certificate_id FROM issued_certificate ORDER BY 1, 2',
    );
    expect(rows.map((row) => Object.values(row))).toEqual([
      [1, 0, 3],
      [1, 1, 1],
      [2, 0, 2],
    ]);
  });
});

describe('authorities before migration 10', () => {
  it('CRL-18: keep their keys beside the network, and have no ceremony', () => {
    const path = newFile();
    const old = new DatabaseSync(path);
    old.exec(readFileSync(new URL('0001-initial.sql', MIGRATIONS), 'utf8'));
    old.exec(`PRAGMA user_version = 1;
      INSERT INTO authority (name, keystore, key_label, spki, subject, created_at) VALUES ('a', 'k', 'l', x'', x'', 0);`);
    old.close();
    const db = opened(path);
    expect(findAuthority(db, 'a')).toMatchObject({ custody: 'online', keystore: 'k' });
    expect(pendingCeremony(db, 1)).toBeUndefined();
  });
});

describe('opening', () => {
  it('OPS-3: a database that is open is refused to a second signer', () => {
    const path = newFile();
    opened(path);
    expect(openDatabase(path)).toMatchObject({ ok: false, error: { code: 'database-in-use' } });
    open.pop()?.close();
    expect(opened(path).get('SELECT 1 AS one')).toEqual({ one: 1 });
  });

  it('OPS-3: a file that is no database is refused', () => {
    const path = scratch.write(
      'damaged.sqlite',
      'not a database, and longer than a header is '.repeat(9),
    );
    expect(openDatabase(path)).toMatchObject({ ok: false, error: { code: 'database-damaged' } });
  });

  it('OPS-3: a page that was overwritten is noticed', () => {
    const path = newFile();
    opened(path);
    open.pop()?.close();
    const bytes = new Uint8Array(readFileSync(path));
    bytes.fill(0xff, 4096 * 2, 4096 * 3);
    scratch.write(`${files}.sqlite`, bytes);
    expect(openDatabase(path)).toMatchObject({ ok: false, error: { code: 'database-damaged' } });
  });

  it('OPS-3: it writes ahead and waits for the disk at every commit', () => {
    const db = opened(newFile());
    expect(db.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(db.get('PRAGMA synchronous')).toEqual({ synchronous: 2 });
    expect(db.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 });
  });
});

describe('transactions', () => {
  it('OPS-3: all of a transaction is done, or nothing', () => {
    const db = opened(newFile());
    const half = () =>
      db.transaction((tx) => {
        writeSetting(tx, 'last-seen-clock', '1');
        throw new Error('half way');
      });
    expect(half).toThrow('half way');
    expect(readSetting(db, 'last-seen-clock')).toBeUndefined();
    db.transaction((tx) => writeSetting(tx, 'last-seen-clock', '2'));
    expect(readSetting(db, 'last-seen-clock')).toBe('2');
  });

  it('OPS-3: what was committed is there for whoever opens the file next', () => {
    const path = newFile();
    const db = opened(path);
    db.transaction((tx) => writeSetting(tx, 'last-seen-clock', '3'));
    open.pop()?.close();
    expect(readSetting(opened(path), 'last-seen-clock')).toBe('3');
  });

  it('OPS-3: a transaction in a transaction and a write outside of one are refused', () => {
    const db = opened(newFile());
    expect(() => db.transaction(() => db.transaction(() => undefined))).toThrow('inside');
    let kept: Parameters<Parameters<Database['transaction']>[0]>[0] | undefined;
    db.transaction((tx) => {
      kept = tx;
    });
    expect(() => kept?.run('DELETE FROM setting')).toThrow('outside');
  });
});

describe('what the schema itself refuses', () => {
  const CERTIFICATE = `INSERT INTO certificate (authority_id, serial, state, profile, subject, spki_sha256, not_before,
    not_after, reserved_at, der) VALUES (1, SERIAL, STATE, 'tsa', x'', KEY, 0, 0, 0, DER)`;

  function insert(serial: string, state: string, key: string, der = 'NULL'): () => void {
    const db = open[0];
    const sql = CERTIFICATE.replace('SERIAL', serial).replace('STATE', `'${state}'`);
    return () => db?.transaction((tx) => tx.run(sql.replace('KEY', key).replace('DER', der)));
  }

  function withAuthority(): Database {
    const db = opened(newFile());
    db.transaction((tx) =>
      tx.run(
        "INSERT INTO authority (name, keystore, key_label, spki, subject, created_at) VALUES ('a', 'k', 'l', x'', x'', 0)",
      ),
    );
    return db;
  }

  it('CP 7.1: a serial number twice of one issuer', () => {
    withAuthority();
    insert("x'01'", 'reserved', "x'01'")();
    expect(insert("x'01'", 'reserved', "x'02'")).toThrow(/UNIQUE/);
  });

  it('CSR-5: a key twice, unless its reservation was abandoned', () => {
    withAuthority();
    insert("x'01'", 'abandoned', "x'aa'")();
    insert("x'02'", 'issued', "x'aa'", "x'3000'")();
    expect(insert("x'03'", 'reserved', "x'aa'")).toThrow(/UNIQUE/);
  });

  it('CP 4.9.10: an issued certificate without bytes', () => {
    withAuthority();
    expect(insert("x'01'", 'issued', "x'01'")).toThrow(/CHECK/);
  });

  it('CRL-12: a reason that is not of CP 7.2.2', () => {
    const db = withAuthority();
    insert("x'01'", 'issued', "x'01'", "x'3000'")();
    const revoke = (reason: number) => () =>
      db.transaction((tx) =>
        tx.run(`INSERT INTO revocation VALUES (1, 1, 0, ${reason}, 0, 'test')`),
      );
    for (const reason of [0, 2, 6, 8, 9, 10]) expect(revoke(reason)).toThrow(/CHECK/);
    expect(revoke(1)).not.toThrow();
  });

  it('CRL-9: a CRL number twice of one issuer', () => {
    const db = withAuthority();
    const crl = () =>
      db.transaction((tx) =>
        tx.run(
          "INSERT INTO crl (authority_id, crl_number, this_update, next_update, entries, der) VALUES (1, 7, 0, 1, 0, x'')",
        ),
      );
    crl();
    expect(crl).toThrow(/UNIQUE/);
  });
});
