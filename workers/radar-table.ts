import type { RadarHour } from '../shared/snapshot/radar-report.ts';
import type { IssuerQueries, QueryBatch } from './radar.ts';

/** Serial numbers kept for an hour of an issuer, and shown of them. */
const KEPT = 200;
const SHOWN = 20;
/** A month, so that a rise can be seen against what was usual. */
const KEPT_SECONDS = 35 * 86_400;
const ROWS_MAX = 2_000;

/** One SQLite statement and its rows: a Durable Object's storage, or `node:sqlite`. */
export type RadarSQL = (
  query: string,
  ...bindings: readonly (string | number)[]
) => readonly Readonly<Record<string, unknown>>[];

/** Counts of queries by hour, issuer and serial number, bounded in every direction. */
export interface RadarTable {
  record(batches: readonly QueryBatch[]): void;
  /** Hours from `since` on, oldest first. */
  report(since: number): readonly RadarHour[];
}

export function openRadarTable(sql: RadarSQL): RadarTable {
  sql(`CREATE TABLE IF NOT EXISTS total (hour INTEGER, issuer TEXT, count INTEGER,
    PRIMARY KEY (hour, issuer)) WITHOUT ROWID`);
  sql(`CREATE TABLE IF NOT EXISTS serial (hour INTEGER, issuer TEXT, serial TEXT, count INTEGER,
    PRIMARY KEY (hour, issuer, serial)) WITHOUT ROWID`);
  return {
    record(batches) {
      for (const { hour, issuers } of batches) {
        for (const queries of issuers) add(sql, hour, queries);
        sql('DELETE FROM total WHERE hour < ?', hour - KEPT_SECONDS);
        sql('DELETE FROM serial WHERE hour < ?', hour - KEPT_SECONDS);
      }
    },
    report: (since) =>
      sql(
        'SELECT hour, issuer, count FROM total WHERE hour >= ? ORDER BY hour, issuer LIMIT ?',
        since,
        ROWS_MAX,
      ).map((row) => hourFromRow(sql, row)),
  };
}

function add(sql: RadarSQL, hour: number, { issuer, total, serials }: IssuerQueries): void {
  sql(
    'INSERT INTO total VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
    hour,
    issuer,
    total,
  );
  for (const { serial, count } of serials) {
    sql(
      'INSERT INTO serial VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
      hour,
      issuer,
      serial,
      count,
    );
  }
  sql(
    `DELETE FROM serial WHERE hour = ?1 AND issuer = ?2 AND serial NOT IN (
       SELECT serial FROM serial WHERE hour = ?1 AND issuer = ?2 ORDER BY count DESC, serial LIMIT ${KEPT})`,
    hour,
    issuer,
  );
}

function hourFromRow(sql: RadarSQL, row: Readonly<Record<string, unknown>>): RadarHour {
  const hour = Number(row['hour']);
  const issuer = String(row['issuer']);
  const serials = sql(
    'SELECT serial, count FROM serial WHERE hour = ? AND issuer = ? ORDER BY count DESC, serial LIMIT ?',
    hour,
    issuer,
    SHOWN,
  ).map(({ serial, count }) => ({ serial: String(serial), count: Number(count) }));
  return { hour, issuer, total: Number(row['count']), serials };
}
