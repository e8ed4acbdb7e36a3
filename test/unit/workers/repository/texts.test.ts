import { describe, expect, it } from 'vitest';
import { unixSeconds } from '../../../../shared/time.ts';
import { shortName } from '../../../../workers/repository/names.ts';
import { colons, count, size } from '../../../../workers/repository/quantities.ts';
import { documentDay, fullTime, lengthOfTime } from '../../../../workers/repository/times.ts';

describe('names', () => {
  it.each([
    ['CN=TSA 1,O=Alpha,C=JP', 'TSA 1'],
    [
      'C=JP, O=SECOM Trust Systems CO.\\,LTD., OU=Security Communication RootCA2',
      'Security Communication RootCA2',
    ],
    ['cn=lower,ou=Unit', 'lower'],
    ['OU=Unit+CN=Both', 'Both'],
    ['CN=A\\, B\\\\C,O=x', 'A, B\\C'],
    ['CN=\\E5\\8D\\B0,O=x', '印'],
    ['CN=', 'CN='],
    ['O=only', 'O=only'],
    ['', ''],
    ['\\', '\\'],
  ])('RFC 4514 2: %j is called %j', (name, short) => {
    expect(shortName(name)).toBe(short);
  });
});

describe('quantities', () => {
  it('CP 4.9.7: numbers and sizes as people write them', () => {
    expect([0, 999, 1000, 1_234_567].map(count)).toEqual(['0', '999', '1,000', '1,234,567']);
    expect([0, 999, 1000, 41_943_040, 2e12].map(size)).toEqual([
      '0 bytes',
      '999 bytes',
      '1.0 kB',
      '41.9 MB',
      '2000.0 GB',
    ]);
    expect(['07', 'abc', 'abcdef'].map(colons)).toEqual(['07', '0A:BC', 'AB:CD:EF']);
  });
});

describe('times', () => {
  it('CP 2.2: a day ends in Japan nine hours before it does in UTC', () => {
    const eve = unixSeconds(Date.parse('2026-12-31T15:00:00Z') / 1000);
    expect(fullTime(eve, 'ja').markup).toContain('2027年1月1日 0時0分0秒（日本時間）');
    expect(fullTime(eve, 'en').markup).toContain('31 December 2026, 15:00:00 UTC');
    expect(documentDay(eve, 'en', 540).markup).toContain('1 Jan 2027');
    expect(documentDay(eve, 'ja', 540).markup).toContain('2027年1月1日');
    expect(documentDay(eve, 'ja', 0).markup).toContain('2026年12月31日');
  });

  it.each([
    [0, '0 seconds', '0秒'],
    [1, '1 second', '1秒'],
    [61, '1 minute 1 second', '1分1秒'],
    [3_600, '1 hour', '1時間'],
    [90_061, '1 day 1 hour', '1日1時間'],
    [-7_200, '2 hours', '2時間'],
  ])('RSP-9: %i seconds are "%s"', (seconds, en, ja) => {
    expect([lengthOfTime(seconds, 'en'), lengthOfTime(seconds, 'ja')]).toEqual([en, ja]);
  });
});
