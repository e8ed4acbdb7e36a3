import { describe, expect, it } from 'vitest';
import { BugError } from '../../../shared/result.ts';
import {
  addMonths,
  addSeconds,
  generalizedTimeText,
  httpDate,
  isoText,
  timeText,
  unixSeconds,
  unixSecondsFromGeneralizedTime,
  unixSecondsFromISO,
} from '../../../shared/time.ts';

/** Seconds since 1970 as `date -u -d <text> +%s` gives them. */
const KNOWN = [
  ['19700101000000Z', 0],
  ['20000229235959Z', 951868799],
  ['20241231000000Z', 1735603200],
  ['20261123044009Z', 1795408809],
  ['20491231235959Z', 2524607999],
  ['20500101000000Z', 2524608000],
  ['21000228120000Z', 4107499200],
  ['99991231235959Z', 253402300799],
] as const;

const at = (text: string) => {
  const time = unixSecondsFromISO(text);
  if (!time.ok) throw new Error(text);
  return time.value;
};

describe('GeneralizedTime', () => {
  it.each(KNOWN)('RFC 9919 3.2.4: %s is second %d', (text, seconds) => {
    expect(generalizedTimeText(unixSeconds(seconds))).toBe(text);
    expect(unixSecondsFromGeneralizedTime(text)).toEqual({ ok: true, value: seconds });
  });

  it.each([
    ['a 29 February out of turn', '20230229000000Z'],
    ['29 February 2100', '21000229000000Z'],
    ['30 February', '20240230000000Z'],
    ['31 April', '20260431000000Z'],
    ['month 0', '20260001000000Z'],
    ['month 13', '20261301000000Z'],
    ['day 0', '20260100000000Z'],
    ['hour 24', '20260101240000Z'],
    ['hour 24 of the last day there is', '99991231240000Z'],
    ['minute 60', '20260101006000Z'],
    ['a leap second', '20161231235960Z'],
    ['a time before 1970', '19691231235959Z'],
    ['the year 0', '00000101000000Z'],
    ['a fraction', '20260101000000.0Z'],
    ['no seconds', '202601010000Z'],
    ['no Z', '20260101000000'],
    ['an offset', '20260101000000+0000'],
    ['a lower-case z', '20260101000000z'],
    ['a line end', '20260101000000Z\n'],
    ['digits that are not ASCII', '２０260101000000Z'],
  ])('RFC 5280 4.1.2.5.2: %s is refused', (_, text) => {
    expect(unixSecondsFromGeneralizedTime(text)).toEqual({
      ok: false,
      error: { code: 'not-a-time' },
    });
  });
});

describe('Time', () => {
  it.each([
    ['2049-12-31T23:59:59Z', 'utc', '491231235959Z'],
    ['2050-01-01T00:00:00Z', 'generalized', '20500101000000Z'],
    ['1970-01-01T00:00:00Z', 'utc', '700101000000Z'],
    ['2000-01-01T00:00:00Z', 'utc', '000101000000Z'],
  ])('RFC 5280 4.1.2.5: %s is written as %s time', (iso, type, text) => {
    expect(timeText(at(iso))).toEqual({ type, text });
  });

  it.each([['9999-12-31T24:00:00Z'], ['2026-11-23T04:40:09.000Z'], ['2026-11-23'], ['']])(
    'RFC 3339 5.6: %j is not what isoText writes',
    (text) => expect(unixSecondsFromISO(text).ok).toBe(false),
  );

  it('RFC 9110 5.6.7: HTTP dates are IMF-fixdate', () => {
    expect(httpDate(unixSeconds(784111777))).toBe('Sun, 06 Nov 1994 08:49:37 GMT');
  });

  it('RFC 3339 5.6: isoText has whole seconds and Z', () => {
    expect(isoText(unixSeconds(1795408809))).toBe('2026-11-23T04:40:09Z');
  });
});

describe('UnixSeconds', () => {
  it.each([-1, 0.5, Number.NaN, 1795408809000, 253402300800])(
    'RFC 5280 4.1.2.5: %d is no time of a certificate, and a bug',
    (seconds) => expect(() => unixSeconds(seconds)).toThrow(BugError),
  );

  it('CP 4.9.10: a day has 86,400 seconds', () => {
    expect(addSeconds(at('2024-02-28T12:00:00Z'), 86_400)).toBe(at('2024-02-29T12:00:00Z'));
    expect(() => addSeconds(unixSeconds(0), -1)).toThrow(BugError);
  });
});

describe('addMonths', () => {
  it.each([
    ['2024-01-31T10:20:30Z', 1, '2024-02-29T10:20:30Z'],
    ['2023-01-31T10:20:30Z', 1, '2023-02-28T10:20:30Z'],
    ['2024-02-29T00:00:00Z', 12, '2025-02-28T00:00:00Z'],
    ['2024-02-29T00:00:00Z', 48, '2028-02-29T00:00:00Z'],
    ['2096-02-29T00:00:00Z', 48, '2100-02-28T00:00:00Z'],
    ['2026-11-30T23:59:59Z', 3, '2027-02-28T23:59:59Z'],
    ['2026-12-31T23:59:59Z', 135, '2038-03-31T23:59:59Z'],
    ['2026-03-31T00:00:00Z', -1, '2026-02-28T00:00:00Z'],
    ['2026-01-15T00:00:00Z', -1, '2025-12-15T00:00:00Z'],
    ['2026-05-31T00:00:00Z', 0, '2026-05-31T00:00:00Z'],
  ])('CSBR 6.3.2: %s and %d months is %s', (from, months, to) => {
    expect(addMonths(at(from), months)).toBe(at(to));
  });

  it('CSBR 6.3.2: months beyond 9999 or before 1970 are a bug', () => {
    expect(() => addMonths(at('9999-12-01T00:00:00Z'), 1)).toThrow(BugError);
    expect(() => addMonths(at('1970-01-01T00:00:00Z'), -1)).toThrow(BugError);
  });
});
