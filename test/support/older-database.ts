import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { registerKeyFunctions } from '../../signer/database/key-functions.ts';
import { addMigrationFunctions } from '../../signer/database/migration-functions.ts';
import { nameKey } from '../../signer/issuance/name-key.ts';

const MIGRATIONS = new URL('../../signer/database/migrations/', import.meta.url);

/** A database as the migrations before this number (`0009`) leave it; open, for rows of that time. */
export function olderDatabase(path: string, number: string): DatabaseSync {
  const old = new DatabaseSync(path);
  addMigrationFunctions(old);
  registerKeyFunctions(old);
  old.function('name_key', { deterministic: true }, (subject) => nameKey(subject as Uint8Array));
  const files = readdirSync(MIGRATIONS)
    .sort()
    .filter((file) => file < number);
  for (const file of files) old.exec(readFileSync(new URL(file, MIGRATIONS), 'utf8'));
  old.exec(`PRAGMA user_version = ${files.length}`);
  return old;
}
