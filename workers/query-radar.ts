import { DurableObject } from 'cloudflare:workers';
import type { IssuerQueries, QueryBatch, RadarHour } from './radar.ts';

/** Serial numbers kept for an hour of an issuer, and shown of them. */
const KEPT = 200;
const SHOWN = 20;
/** A month, so that a rise can be seen against what was usual. */
const KEPT_SECONDS = 35 * 86_400;
const ROWS_MAX = 2_000;

/**
 * Where the isolates of the whole world bring together how often serial numbers that were never
 * assigned are asked for (CP 4.9.10, REQ-24). Bounded in every direction; nothing in it decides an
 * answer, so that whoever owns it can hide or invent an alarm and no more.
 */
export class QueryRadar extends DurableObject<unknown> {
  readonly #sql: SqlStorage;

  constructor(state: DurableObjectState, env: unknown) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS total (hour INTEGER, issuer TEXT, count INTEGER, PRIMARY KEY (hour, issuer)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS serial (hour INTEGER, issuer TEXT, serial TEXT, count INTEGER,
        PRIMARY KEY (hour, issuer, serial)) WITHOUT ROWID;`);
  }

  record(batches: readonly QueryBatch[]): void {
    for (const { hour, issuers } of batches) {
      for (const { issuer, total, serials } of issuers) {
        this.#add(hour, issuer, total, serials);
      }
      this.#sql.exec('DELETE FROM total WHERE hour < ?', hour - KEPT_SECONDS);
      this.#sql.exec('DELETE FROM serial WHERE hour < ?', hour - KEPT_SECONDS);
    }
  }

  #add(hour: number, issuer: string, total: number, serials: IssuerQueries['serials']): void {
    this.#sql.exec(
      'INSERT INTO total VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
      hour,
      issuer,
      total,
    );
    for (const { serial, count } of serials) {
      this.#sql.exec(
        'INSERT INTO serial VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
        hour,
        issuer,
        serial,
        count,
      );
    }
    this.#sql.exec(
      `DELETE FROM serial WHERE hour = ?1 AND issuer = ?2 AND serial NOT IN (
         SELECT serial FROM serial WHERE hour = ?1 AND issuer = ?2 ORDER BY count DESC, serial LIMIT ${KEPT})`,
      hour,
      issuer,
    );
  }

  /** Hours from `since` on, oldest first. */
  report(since: number): readonly RadarHour[] {
    const hours = this.#sql
      .exec(
        'SELECT hour, issuer, count FROM total WHERE hour >= ? ORDER BY hour, issuer LIMIT ?',
        since,
        ROWS_MAX,
      )
      .toArray();
    return hours.map(({ hour, issuer, count }) => ({
      hour: Number(hour),
      issuer: String(issuer),
      total: Number(count),
      serials: this.#sql
        .exec(
          'SELECT serial, count FROM serial WHERE hour = ? AND issuer = ? ORDER BY count DESC, serial LIMIT ?',
          hour ?? 0,
          issuer ?? '',
          SHOWN,
        )
        .toArray()
        .map((row) => ({ serial: String(row['serial']), count: Number(row['count']) })),
    }));
  }
}
