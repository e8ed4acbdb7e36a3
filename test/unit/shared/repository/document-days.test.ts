import { describe, expect, it } from 'vitest';
import { dayAt, endOfObjections, startOfDay } from '../../../../shared/repository/document-days.ts';
import { isoText, unixSeconds } from '../../../../shared/time.ts';

const JAPAN = 540;
const at = (iso: string) => unixSeconds(Date.parse(iso) / 1000);

describe('the days of documents', () => {
  it.each([
    [JAPAN, '2026-11-30T15:00:00Z'],
    [0, '2026-12-01T00:00:00Z'],
    [-330, '2026-12-01T05:30:00Z'],
  ])('CP 9.12.1: with an offset of %i minutes 2026-12-01 begins at %s', (offset, iso) => {
    expect(isoText(startOfDay('2026-12-01', offset))).toBe(iso);
    expect(dayAt(at(iso), offset)).toBe('2026-12-01');
    expect(dayAt(unixSeconds(at(iso) - 1), offset)).toBe('2026-11-30');
  });

  it('CP 9.12.2: a week of objections ends with the seventh day after that of the announcement', () => {
    // 2026-11-16 in Japan from its first second to its last one.
    for (const announced of ['2026-11-15T15:00:00Z', '2026-11-16T14:59:59Z'])
      expect(isoText(endOfObjections(at(announced), 7, JAPAN))).toBe('2026-11-23T14:59:59Z');
    expect(isoText(endOfObjections(at('2026-11-16T15:00:00Z'), 7, JAPAN))).toBe(
      '2026-11-24T14:59:59Z',
    );
    expect(isoText(endOfObjections(at('2026-11-16T14:59:59Z'), 7, 0))).toBe('2026-11-23T23:59:59Z');
  });

  it('CP 9.12.1: the first day that there is has a beginning everywhere', () => {
    expect(startOfDay('1970-01-01', JAPAN)).toBe(0);
    expect(dayAt(unixSeconds(0), -720)).toBe('1970-01-01');
  });
});
