import type { Reader, Transaction } from './database.ts';
import { textColumn } from './row.ts';

export type SettingName =
  | 'last-seen-clock'
  | 'publication-key'
  | 'blobs-kept'
  /** The next epoch brings everything again: the store lost some of it. */
  | 'republish-due'
  /** Nothing is published before the facts of `unsettled` up to this row are settled. */
  | 'caught-up-to';

export function readSetting(db: Reader, name: SettingName): string | undefined {
  const row = db.get('SELECT value FROM setting WHERE name = ?', name);
  return row && textColumn(row, 'value');
}

export function writeSetting(tx: Transaction, name: SettingName, value: string): void {
  tx.run(
    'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    name,
    value,
  );
}

export function removeSetting(tx: Transaction, name: SettingName): void {
  tx.run('DELETE FROM setting WHERE name = ?', name);
}
