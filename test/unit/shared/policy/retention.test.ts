import { describe, expect, it } from 'vitest';
import { retentionCutoffs, yearsBefore } from '../../../../shared/policy/retention.ts';
import { isoText, unixSeconds } from '../../../../shared/time.ts';

const at = (text: string) => unixSeconds(Date.parse(text) / 1000);
const sourced = <T>(value: T) => ({ value, source: 'test' });

describe('how long status is told past expiry', () => {
  it('CRL-15, RSP-16: ten years where the policy says nothing, revoked and good', () => {
    const cutoffs = retentionCutoffs({ crl: {}, ocsp: {} }, at('2040-05-06T07:08:09Z'));
    expect(isoText(cutoffs.revoked)).toBe('2030-05-06T07:08:09Z');
    expect(isoText(cutoffs.good)).toBe('2030-05-06T07:08:09Z');
  });

  it('RSP-16: the policy may keep good answers for another time than revoked ones', () => {
    const policy = {
      crl: { retentionYears: sourced(20) },
      ocsp: { goodRetentionYears: sourced(0) },
    };
    const cutoffs = retentionCutoffs(policy, at('2040-05-06T07:08:09Z'));
    expect(isoText(cutoffs.revoked)).toBe('2020-05-06T07:08:09Z');
    expect(isoText(cutoffs.good)).toBe('2040-05-06T07:08:09Z');
  });

  it.each([
    ['2036-02-29T00:00:00Z', 10, '2026-02-28T00:00:00Z'],
    ['2038-02-28T23:59:59Z', 10, '2028-02-28T23:59:59Z'],
    ['1975-01-01T00:00:00Z', 10, '1970-01-01T00:00:00Z'],
    ['2026-11-23T04:00:00Z', 100, '1970-01-01T00:00:00Z'],
  ])('CRL-15: %s less %i years is %s, never later than the calendar says', (now, years, before) => {
    expect(isoText(yearsBefore(at(now), years))).toBe(before);
  });
});
