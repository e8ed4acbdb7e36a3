import { DatabaseSync } from 'node:sqlite';
import { bytesFromHex } from '../../shared/bytes.ts';
import { isoText, type UnixSeconds, unixSeconds } from '../../shared/time.ts';
import type { PublishedHead } from '../publisher/published-head.ts';
import { type Finding, fine, wrong } from './finding.ts';

/** What can be read of a database that no signer holds. */
export interface ExaminedDatabase {
  readonly findings: readonly Finding[];
  /** A signer has it open: it checked it when it started. */
  readonly isHeld: boolean;
  readonly epoch: number;
  /** SubjectPublicKeyInfo of the publication key on record. */
  readonly publicationKey: Uint8Array | null;
}

/** Reads only; whoever starts a signer meanwhile is refused for as long as the checks take. */
export function examineDatabase(file: string, now: UnixSeconds): ExaminedDatabase {
  const nothing = { isHeld: false, epoch: 0, publicationKey: null };
  try {
    const sqlite = new DatabaseSync(file, { readOnly: true });
    try {
      return examine(sqlite, now);
    } finally {
      sqlite.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    if (/locked|busy/.test(reason)) {
      const found = 'a signer has it open and checked it when it started';
      return { ...nothing, isHeld: true, findings: [fine('database', found)] };
    }
    return { ...nothing, findings: [wrong('database', reason, 'restore the newest backup')] };
  }
}

function examine(sqlite: DatabaseSync, now: UnixSeconds): ExaminedDatabase {
  const value = (sql: string) => Object.values(sqlite.prepare(sql).get() ?? {})[0];
  const check = String(value('PRAGMA integrity_check(1)'));
  const orphan = sqlite.prepare('PRAGMA foreign_key_check').get();
  const remedy = 'restore the newest backup';
  const findings: Finding[] = [];
  if (check !== 'ok') findings.push(wrong('database', check, remedy));
  if (orphan) {
    const found = `a row of ${orphan['table']} names one that is not there`;
    findings.push(wrong('database', found, remedy));
  }
  if (findings.length === 0) findings.push(fine('database', 'it is whole'));
  const seen = Number(value("SELECT value FROM setting WHERE name = 'last-seen-clock'") ?? 0);
  if (now + 5 < seen) {
    const found = `it is behind the last act on record, ${isoText(unixSeconds(seen))}`;
    findings.push(wrong('clock', found, 'set it right: nothing is signed before'));
  } else findings.push(fine('clock', 'it is not behind the last act on record'));
  const spki = bytesFromHex(
    String(value("SELECT value FROM setting WHERE name = 'publication-key'") ?? ''),
  );
  const epoch = Number(value('SELECT coalesce(max(number), 0) FROM epoch') ?? 0);
  return { findings, isHeld: false, epoch, publicationKey: spki.ok ? spki.value : null };
}

/** Of a stopped state: the signer would say the same and not start. */
export function checkNotBehind({ epoch }: ExaminedDatabase, head: PublishedHead): Finding {
  const published = head.head.epoch;
  if (published <= epoch) return fine('state', `it ends with epoch ${epoch}`);
  return wrong(
    'state',
    `the store has epoch ${published}, this state ends with epoch ${epoch}`,
    'restore the newest backup; if this is it, run `inkan catch-up`',
  );
}
