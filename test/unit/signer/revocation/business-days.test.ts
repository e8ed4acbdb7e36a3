import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeCertificatePolicy } from '../../../../shared/policy/certificate-policy.ts';
import type { RevocationPolicy } from '../../../../shared/policy/revocation-policy.ts';
import { must } from '../../../../shared/result.ts';
import { unixSeconds } from '../../../../shared/time.ts';
import { lastDayOfNotice, localDate } from '../../../../signer/revocation/business-days.ts';

const ROOT_CA3 = new URL('../../../../shared/policy/root-ca3.json', import.meta.url);
const { revocation } = must(
  decodeCertificatePolicy(readFileSync(ROOT_CA3, 'utf8')),
  'root-ca3.json',
);
if (!revocation) throw new Error('root-ca3.json has no business days');
const JAPAN: RevocationPolicy = revocation;
const WEEKENDS: RevocationPolicy = { ...JAPAN, holidays: { value: [], source: 'test' } };

const at = (text: string) => unixSeconds(Date.parse(text) / 1000);

describe('business days', () => {
  // Counted by hand on a calendar of November and December 2026: the 23rd is a Monday and a holiday.
  it.each([
    ['2026-12-04T12:00:00+09:00', '2026-11-27', '2026-11-27'],
    ['2026-11-30T12:00:00+09:00', '2026-11-20', '2026-11-23'],
    ['2026-11-29T12:00:00+09:00', '2026-11-20', '2026-11-23'],
    ['2026-11-28T12:00:00+09:00', '2026-11-20', '2026-11-23'],
    ['2026-11-27T12:00:00+09:00', '2026-11-19', '2026-11-20'],
    ['2026-09-25T12:00:00+09:00', '2026-09-15', '2026-09-18'],
    ['2026-05-08T12:00:00+09:00', '2026-04-27', '2026-05-01'],
  ])(
    'CP 4.9.4: five business days before %s are over on %s, and without holidays on %s',
    (wanted, inJapan, weekends) => {
      expect(lastDayOfNotice(at(wanted), JAPAN)).toBe(inJapan);
      expect(lastDayOfNotice(at(wanted), WEEKENDS)).toBe(weekends);
    },
  );

  it('CP 4.9.4: the day is that of Japan, not of UTC', () => {
    expect(localDate(at('2026-11-23T14:59:59Z'), JAPAN)).toBe('2026-11-23');
    expect(localDate(at('2026-11-23T15:00:00Z'), JAPAN)).toBe('2026-11-24');
    // Friday morning in Japan is still Thursday in UTC.
    expect(lastDayOfNotice(at('2026-12-03T15:00:00Z'), JAPAN)).toBe('2026-11-27');
    expect(lastDayOfNotice(at('2026-12-03T14:59:59Z'), JAPAN)).toBe('2026-11-26');
  });
});
