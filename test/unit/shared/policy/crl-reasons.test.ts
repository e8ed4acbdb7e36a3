import { describe, expect, it } from 'vitest';
import {
  CRL_REASON_NAMES,
  CRL_REASONS,
  crlReasonFromNumber,
  crlReasonName,
  isCRLReasonName,
} from '../../../../shared/policy/crl-reasons.ts';

describe('CRLReason', () => {
  it.each([
    [1, 'keyCompromise'],
    [3, 'affiliationChanged'],
    [4, 'superseded'],
    [5, 'cessationOfOperation'],
  ] as const)('RFC 5280 5.3.1: %d is %s', (value, name) => {
    expect(crlReasonFromNumber(value)).toBe(value);
    expect(crlReasonName(value)).toBe(name);
    expect(CRL_REASONS[name]).toBe(value);
    expect(isCRLReasonName(name)).toBe(true);
    expect(CRL_REASON_NAMES).toContain(name);
  });

  it.each([0, 2, 6, 7, 8, 9, 10, 11, 255, -1, 1.5, Number.NaN])('CP 7.2.2: %d is none', (value) => {
    expect(crlReasonFromNumber(value)).toBeUndefined();
  });

  it.each(['unspecified', 'certificateHold', 'removeFromCRL', 'keycompromise', '', 'toString'])(
    'CP 4.9.13: %j is none',
    (name) => expect(isCRLReasonName(name)).toBe(false),
  );
});
