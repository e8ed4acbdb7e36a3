import type { RadarHour } from '../shared/snapshot/radar-report.ts';
import type { UnixSeconds } from '../shared/time.ts';

/** Queries for serial numbers that were never assigned, of one issuer in one hour (CP 4.9.10). */
export interface IssuerQueries {
  /** SHA-1 of the issuer's key bits in lower-case hexadecimal. */
  readonly issuer: string;
  /** Every query, those whose serial number found no room included. */
  readonly total: number;
  /** Contents octets of the INTEGER in lower-case hexadecimal, and how often each was asked for. */
  readonly serials: readonly { readonly serial: string; readonly count: number }[];
}

export interface QueryBatch {
  /** Unix time of the full hour. */
  readonly hour: UnixSeconds;
  readonly issuers: readonly IssuerQueries[];
}

/** Where the counts of all isolates come together, as the rest of the Worker sees it. */
export interface Radar {
  record(batches: readonly QueryBatch[]): Promise<void>;
  /** Hours that begin at or after `since`. */
  report(since: number): Promise<readonly RadarHour[]>;
}
