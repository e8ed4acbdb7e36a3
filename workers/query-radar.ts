import { DurableObject } from 'cloudflare:workers';
import type { RadarHour } from '../shared/snapshot/radar-report.ts';
import type { QueryBatch } from './radar.ts';
import { openRadarTable, type RadarTable } from './radar-table.ts';

/**
 * Where the isolates of the whole world bring together how often serial numbers that were never
 * assigned are asked for (CP 4.9.10, REQ-24). Nothing in it decides an answer, so that whoever owns
 * it can hide or invent an alarm and no more.
 */
export class QueryRadar extends DurableObject<unknown> {
  readonly #table: RadarTable;

  constructor(state: DurableObjectState, env: unknown) {
    super(state, env);
    const { sql } = state.storage;
    this.#table = openRadarTable((query, ...bindings) => sql.exec(query, ...bindings).toArray());
  }

  record(batches: readonly QueryBatch[]): void {
    this.#table.record(batches);
  }

  report(since: number): readonly RadarHour[] {
    return this.#table.report(since);
  }
}
