import type { RadarHour, RadarSerial } from '../../shared/snapshot/radar-report.ts';
import { isoText, unixSeconds } from '../../shared/time.ts';
import type { RadarIssuerView } from '../operations/radar-view.ts';

/** Serial numbers that are shown of one issuer. */
const SHOWN = 20;

interface Counted {
  readonly hours: Map<number, number>;
  readonly serials: Map<string, number>;
}

/**
 * Pure: the hours of all edges, summed by issuer; those with an hour above the threshold come first,
 * then those that were asked for most. `nameOf` knows our authorities by their key's SHA-1.
 */
export function bringTogether(
  reports: readonly (readonly RadarHour[])[],
  alertPerHour: number,
  nameOf: (issuer: string) => string | undefined,
): readonly RadarIssuerView[] {
  const issuers = new Map<string, Counted>();
  for (const { issuer, hour, total, serials } of reports.flat()) {
    const counted = issuers.get(issuer) ?? { hours: new Map(), serials: new Map() };
    issuers.set(issuer, counted);
    add(counted.hours, hour, total);
    for (const { serial, count } of serials) add(counted.serials, serial, count);
  }
  return [...issuers]
    .map(([issuer, counted]) => viewOf(issuer, counted, alertPerHour, nameOf(issuer) ?? null))
    .sort((a, b) => Number(b.alert) - Number(a.alert) || b.total - a.total);
}

function viewOf(
  issuer: string,
  { hours, serials }: Counted,
  alertPerHour: number,
  authority: string | null,
): RadarIssuerView {
  const byHour = [...hours].sort(([a], [b]) => a - b);
  const total = byHour.reduce((sum, [, count]) => sum + count, 0);
  const most = Math.max(0, ...hours.values());
  return {
    ...{ authority, issuer, total, mostInAnHour: most, alert: most >= alertPerHour },
    hours: byHour.map(([hour, count]) => ({ hour: isoText(unixSeconds(hour)), total: count })),
    serials: mostAsked(serials).map(({ serial, count }) => ({ serialNumber: serial, count })),
  };
}

function mostAsked(serials: ReadonlyMap<string, number>): readonly RadarSerial[] {
  return Array.from(serials, ([serial, count]) => ({ serial, count }))
    .sort((a, b) => b.count - a.count || (a.serial < b.serial ? -1 : 1))
    .slice(0, SHOWN);
}

function add<K>(counts: Map<K, number>, key: K, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
