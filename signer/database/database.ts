import { readdirSync, readFileSync } from 'node:fs';
import {
  backup,
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from 'node:sqlite';
import { err, ok, type Result } from '../../shared/result.ts';
import { nameKey } from '../issuance/name-key.ts';
import { registerKeyFunctions } from './key-functions.ts';
import { addMigrationFunctions } from './migration-functions.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;
/** The columns of a row in the order of the statement. */
export type Tuple = readonly SQLOutputValue[];

declare const transactionBrand: unique symbol;

/** Reads; statements are prepared once. */
export interface Reader {
  get(sql: string, ...values: readonly SQLInputValue[]): Row | undefined;
  all(sql: string, ...values: readonly SQLInputValue[]): readonly Row[];
  /** Half the time of `all`, for what is read by the thousand. */
  tuples(sql: string, ...values: readonly SQLInputValue[]): readonly Tuple[];
  /** Rows one by one, for results that need not fit in memory; nothing may be written meanwhile. */
  each(sql: string, ...values: readonly SQLInputValue[]): Iterable<Row>;
}

/** The only way to write; handed out by `Database.transaction` for as long as it runs. */
export interface Transaction extends Reader {
  readonly [transactionBrand]: true;
  /** The rowid of the row that was inserted last. */
  run(
    sql: string,
    ...values: readonly SQLInputValue[]
  ): { readonly id: number; readonly changes: number };
}

export interface Database extends Reader {
  /** All of `work` or nothing; durable when this returns (WAL, synchronous=FULL). Synchronous by design. */
  transaction<T>(work: (transaction: Transaction) => T): T;
  /** A consistent copy in the empty file `path`, page by page beside what goes on meanwhile. */
  copyTo(path: string): Promise<void>;
  close(): void;
}

export interface DatabaseError {
  readonly code: 'database-damaged' | 'database-newer' | 'database-in-use';
  readonly reason: string;
}

/** Pages kept in memory: a renewal walks through the facts of every certificate. */
const CACHE_KIBIBYTES = 65_536;

/** Pages (of 4 KiB) in the write-ahead log before they are copied into the file: a renewal writes megabytes. */
const WAL_PAGES = 8_192;

const MIGRATIONS = new URL('./migrations/', import.meta.url);

/**
 * Opens or makes the signer's database and brings it to the newest migration. The lock is kept
 * until `close`, so that a second signer on the same state directory is refused.
 */
export function openDatabase(path: string): Result<Database, DatabaseError> {
  const sqlite = new DatabaseSync(path, { enableForeignKeyConstraints: true, open: false });
  const ready = prepareDatabase(sqlite);
  if (ready.ok) return ok(new SQLiteDatabase(sqlite));
  // A refused file is let go, so that whoever mends it is not locked out.
  if (sqlite.isOpen) sqlite.close();
  return ready;
}

function prepareDatabase(sqlite: DatabaseSync): Result<true, DatabaseError> {
  try {
    sqlite.open();
    // EXCLUSIVE before WAL: the write-ahead index stays in this process and nobody else can open it.
    sqlite.exec('PRAGMA busy_timeout = 200; PRAGMA locking_mode = EXCLUSIVE;');
    sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    sqlite.exec(`PRAGMA cache_size = -${CACHE_KIBIBYTES};`);
    sqlite.exec(`PRAGMA wal_autocheckpoint = ${WAL_PAGES};`);
    sqlite.exec('BEGIN IMMEDIATE; COMMIT;');
    sqlite.function('name_key', { deterministic: true }, nameKeyOfSubject);
    registerKeyFunctions(sqlite);
    const check = sqlite.prepare('PRAGMA quick_check(1)').get();
    if (check?.['quick_check'] !== 'ok')
      return err({ code: 'database-damaged', reason: String(check?.['quick_check']) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err({
      code: /locked|busy/.test(reason) ? 'database-in-use' : 'database-damaged',
      reason,
    });
  }
  return migrate(sqlite);
}

/** DER of a Name in a column; for the migration and for every new row. */
function nameKeyOfSubject(subject: SQLOutputValue): string {
  return nameKey(subject as Uint8Array);
}

/** user_version is the number of the last migration that ran; each runs in a transaction of its own. */
function migrate(sqlite: DatabaseSync): Result<true, DatabaseError> {
  const files = readdirSync(MIGRATIONS)
    .filter((file) => /^\d{4}-.*\.sql$/.test(file))
    .sort();
  const at = Number(sqlite.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (at > files.length) {
    return err({
      code: 'database-newer',
      reason: `made by a newer version (migration ${at} of ${files.length})`,
    });
  }
  addMigrationFunctions(sqlite);
  for (const [index, file] of files.entries()) {
    if (index < at) continue;
    const sql = readFileSync(new URL(file, MIGRATIONS), 'utf8');
    sqlite.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
  return ok(true);
}

class SQLiteDatabase implements Database {
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #tupleStatements = new Map<string, StatementSync>();
  #open = false;

  constructor(sqlite: DatabaseSync) {
    this.#sqlite = sqlite;
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#sqlite.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  get(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values);
  }

  all(sql: string, ...values: readonly SQLInputValue[]): readonly Row[] {
    return this.#prepare(sql).all(...values);
  }

  tuples(sql: string, ...values: readonly SQLInputValue[]): readonly Tuple[] {
    const statement =
      this.#tupleStatements.get(sql) ?? this.#sqlite.prepare(sql, { returnArrays: true });
    this.#tupleStatements.set(sql, statement);
    return statement.all(...values) as unknown as readonly Tuple[];
  }

  each(sql: string, ...values: readonly SQLInputValue[]): Iterable<Row> {
    return this.#sqlite.prepare(sql).iterate(...values);
  }

  run(
    sql: string,
    ...values: readonly SQLInputValue[]
  ): { readonly id: number; readonly changes: number } {
    if (!this.#open) throw new Error('write outside a transaction');
    const { lastInsertRowid, changes } = this.#prepare(sql).run(...values);
    return { id: Number(lastInsertRowid), changes: Number(changes) };
  }

  transaction<T>(work: (transaction: Transaction) => T): T {
    if (this.#open) throw new Error('transaction inside a transaction');
    this.#sqlite.exec('BEGIN IMMEDIATE');
    this.#open = true;
    try {
      const result = work(this as unknown as Transaction);
      this.#sqlite.exec('COMMIT');
      return result;
    } catch (error) {
      this.#sqlite.exec('ROLLBACK');
      throw error;
    } finally {
      this.#open = false;
    }
  }

  async copyTo(path: string): Promise<void> {
    await copyDatabase(this.#sqlite, path);
  }

  close(): void {
    this.#sqlite.close();
  }
}

/** Pages that are copied in one step; between two the signer goes on. */
const COPIED_AT_ONCE = 256;

/** A copy that begins in the middle of a write is refused by SQLite and begun again. */
const COPY_ATTEMPTS = 20;

/**
 * SQLite's online backup: what this connection writes while it runs is in the copy as well, so that the
 * copy is of the moment at which it ends.
 */
export async function copyDatabase(sqlite: DatabaseSync, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await backup(sqlite, path, { rate: COPIED_AT_ONCE });
      return;
    } catch (error) {
      const isLocked = error instanceof Error && /locked|busy/.test(error.message);
      if (!isLocked || attempt === COPY_ATTEMPTS) throw error;
    }
  }
}
