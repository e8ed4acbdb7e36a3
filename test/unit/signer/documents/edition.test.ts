import { describe, expect, it } from 'vitest';
import { compareVersions, DOCUMENT_VERSION } from '../../../../shared/repository/edition-order.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import type { DocumentRow } from '../../../../signer/database/document-table.ts';
import { documentDay } from '../../../../signer/documents/document-day.ts';
import { type EditionFacts, judgeEdition } from '../../../../signer/documents/edition.ts';

const TODAY = '2026-11-23';

function edition(version: string, more: Partial<DocumentRow> = {}): DocumentRow {
  return {
    ...{ id: 1, name: 'tsa-cp', version, kind: 'certificate-policy', title: 'CP', language: 'ja' },
    ...{ effective: '2025-11-01', change: null, path: '/cp', mediaType: 6, length: 1 },
    ...{ sha256: new Uint8Array(32), addedAt: unixSeconds(0), addedBy: 'test' },
    ...{ announced: null, withdrawn: null },
    ...more,
  };
}

function facts(version: string, more: Partial<EditionFacts> = {}): EditionFacts {
  return {
    ...{ name: 'tsa-cp', kind: 'certificate-policy', title: 'CP', language: 'ja' },
    ...{ version, effective: '2026-12-01' },
    ...more,
  };
}

const change = (kind: 'major' | 'minor') => ({ change: { kind, summary: 'what changed' } });

function judged(before: readonly string[], wanted: EditionFacts): string {
  const outcome = judgeEdition(
    wanted,
    before.map((version) => edition(version)),
    TODAY,
  );
  return outcome.ok ? 'accepted' : `${outcome.error.clause}: ${outcome.error.reason}`;
}

describe('the version number', () => {
  it.each([
    ['5.08', 'minor', '5.09'],
    ['5.08', 'minor', '5.10'],
    ['5.9', 'minor', '5.10'],
    ['5.08', 'major', '6.00'],
    ['5.08', 'major', '6.5'],
    ['9.99', 'major', '10.0'],
  ] as const)('CP 9.12.1: after %s a %s change is %s', (before, kind, version) => {
    expect(judged([before], facts(version, change(kind)))).toBe('accepted');
  });

  it.each([
    ['5.08', 'minor', '6.00'],
    ['5.08', 'minor', '5.8'],
    ['5.08', 'minor', '5.07'],
    ['5.10', 'minor', '5.9'],
    ['5.08', 'major', '5.09'],
    ['5.08', 'major', '4.00'],
    ['5.08', 'major', '5.08'],
  ] as const)('CP 9.12.1: after %s a %s change is not %s', (before, kind, version) => {
    expect(judged([before], facts(version, change(kind)))).toMatch(/^CP 9\.12\.1: a /);
  });

  it('CP 9.12.1: the highest of the editions counts, in whatever order they came', () => {
    expect(judged(['5.08', '6.00', '5.09'], facts('5.10', change('minor')))).toMatch(/6\.00/);
    expect(judged(['5.08', '6.00', '5.09'], facts('6.01', change('minor')))).toBe('accepted');
  });

  it.each(['5', '5.', 'v5.08', '05.08', '5.08.1', '5.08 ', '5.123456'])(
    'CP 9.12.1: %j is no version of two numbers',
    (version) => {
      expect(DOCUMENT_VERSION.test(version)).toBe(false);
    },
  );

  it('CP 9.12.1: 5.10 is later than 5.9 and than 5.08', () => {
    expect(compareVersions('5.10', '5.9')).toBeGreaterThan(0);
    expect(compareVersions('5.08', '5.10')).toBeLessThan(0);
    expect(compareVersions('10.0', '9.99')).toBeGreaterThan(0);
    expect(compareVersions('5.08', '5.8')).toBe(0);
  });
});

describe('what is said of an edition', () => {
  it('CP 9.12.1: a first edition changes nothing, and may have been in force before', () => {
    expect(judged([], facts('5.08', { effective: '2012-04-01' }))).toBe('accepted');
    expect(judged([], facts('5.08', change('minor')))).toMatch(/first edition/);
  });

  it('CP 9.12.1: a later one says what changed', () => {
    expect(judged(['5.08'], facts('5.09'))).toMatch(/which kind of change/);
  });

  it('CP 9.12.2: a change is not in force before the day on which it is announced', () => {
    const from = (effective: string) => facts('5.09', { ...change('minor'), effective });
    expect(judged(['5.08'], from(TODAY))).toBe('accepted');
    expect(judged(['5.08'], from('2026-11-22'))).toMatch(/^CP 9\.12\.1, 9\.12\.2/);
  });

  it('CP 9.12.1: a change is not in force before an edition that it follows', () => {
    const before = [
      edition('5.08'),
      edition('5.09', { effective: '2027-01-01' }),
      edition('5.10', { effective: '2026-12-20' }),
    ];
    const from = (effective: string) => {
      const wanted = facts('5.11', { ...change('minor'), effective });
      const outcome = judgeEdition(wanted, before, TODAY);
      return outcome.ok ? 'accepted' : `${outcome.error.clause}: ${outcome.error.reason}`;
    };
    for (const early of ['2026-12-01', '2026-12-31'])
      expect(from(early)).toMatch(
        /^CP 9\.12\.1: .* before 5\.09, which it follows: say 2027-01-01/,
      );
    expect(from('2027-01-01')).toBe('accepted');
    expect(from('2027-01-02')).toBe('accepted');
  });

  it('CP 9.12: editions of one name are of one kind and one language', () => {
    const other = { ...change('minor'), language: 'en' };
    expect(judged(['5.08'], facts('5.09', other))).toMatch(/language ja/);
    const notice = { ...change('minor'), kind: 'notice' } as const;
    expect(judged(['5.08'], facts('5.09', notice))).toMatch(/kind certificate-policy/);
  });
});

describe('the day', () => {
  const evening = unixSeconds(Date.UTC(2026, 10, 23, 16) / 1000);
  const policy = { name: 'p', version: '1', authorities: new Map(), profiles: new Map() };

  it('CP 9.12.2: is that of the place where the CA is', () => {
    const value = <T>(inner: T) => ({ value: inner, source: 'test' });
    const revocation = {
      ...{ noticeBusinessDays: value(5), holidays: value([]) },
      utcOffsetMinutes: value(540),
    };
    expect(documentDay({ ...policy, revocation }, evening)).toBe('2026-11-24');
    expect(documentDay(policy, evening)).toBe('2026-11-23');
  });
});
