import { DatabaseSync } from 'node:sqlite';
import type { Radar } from '../radar.ts';
import { openRadarTable } from '../radar-table.ts';

/** The Durable Object's table in the memory of this process; gone when it ends. */
export function memoryRadar(): Radar {
  const database = new DatabaseSync(':memory:');
  const table = openRadarTable((query, ...bindings) => database.prepare(query).all(...bindings));
  return {
    record: async (batches) => table.record(batches),
    report: async (since) => table.report(since),
  };
}
