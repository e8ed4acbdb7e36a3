import { describe, expect, it } from 'vitest';
import type { RadarHour } from '../../../../shared/snapshot/radar-report.ts';
import { bringTogether } from '../../../../signer/radar/bring-together.ts';

const [OURS, THEIRS] = ['aa'.repeat(20), 'bb'.repeat(20)];
const FIRST = 1_795_399_200;

function hour(issuer: string, at: number, counts: Readonly<Record<string, number>>): RadarHour {
  const serials = Object.entries(counts).map(([serial, count]) => ({ serial, count }));
  const total = serials.reduce((sum, { count }) => sum + count, 0);
  return { hour: FIRST + at * 3600, issuer, total, serials };
}

const nameOf = (issuer: string) => (issuer === OURS ? 'root-ca' : undefined);

describe('what edges counted', () => {
  it('REQ-24: hours and serial numbers of all edges are summed by issuer', () => {
    const tokyo = [hour(OURS, 0, { '01': 3 }), hour(OURS, 1, { '01': 1, '02': 1 })];
    const osaka = [hour(OURS, 1, { '02': 5 }), hour(THEIRS, 0, { ff: 2 })];
    expect(bringTogether([tokyo, osaka], 100, nameOf)).toEqual([
      {
        ...{ authority: 'root-ca', issuer: OURS, total: 10, mostInAnHour: 7, alert: false },
        hours: [
          { hour: '2026-11-23T02:00:00Z', total: 3 },
          { hour: '2026-11-23T03:00:00Z', total: 7 },
        ],
        serials: [
          { serialNumber: '02', count: 6 },
          { serialNumber: '01', count: 4 },
        ],
      },
      {
        ...{ authority: null, issuer: THEIRS, total: 2, mostInAnHour: 2, alert: false },
        hours: [{ hour: '2026-11-23T02:00:00Z', total: 2 }],
        serials: [{ serialNumber: 'ff', count: 2 }],
      },
    ]);
  });

  it.each([
    [6, true],
    [7, true],
    [8, false],
  ])('REQ-24: seven queries in an hour, threshold %i: alert %s', (threshold, alert) => {
    const reports = [[hour(OURS, 0, { '01': 4 })], [hour(OURS, 0, { '01': 3 })]];
    expect(bringTogether(reports, threshold, nameOf)[0]?.alert).toBe(alert);
  });

  it('REQ-24: an issuer with an alert comes before one with more queries', () => {
    const busy = Array.from({ length: 10 }, (_, at) => hour(THEIRS, at, { '01': 9 }));
    const issuers = bringTogether([[...busy, hour(OURS, 0, { '01': 10 })]], 10, nameOf);
    expect(issuers.map(({ issuer, alert }) => [issuer, alert])).toEqual([
      [OURS, true],
      [THEIRS, false],
    ]);
  });

  it('REQ-24: twenty serial numbers are shown, the total counts all', () => {
    const counts = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [String(10 + i), i + 1]),
    );
    const [issuer] = bringTogether([[hour(OURS, 0, counts)]], 10_000, nameOf);
    expect(issuer?.total).toBe((30 * 31) / 2);
    expect(issuer?.serials).toHaveLength(20);
    expect(issuer?.serials[0]).toEqual({ serialNumber: '39', count: 30 });
  });

  it('REQ-24: no edge, no queries', () => {
    expect(bringTogether([[], []], 1, nameOf)).toEqual([]);
  });
});
