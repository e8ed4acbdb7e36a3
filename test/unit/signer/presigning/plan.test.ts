import { describe, expect, it } from 'vitest';
import { unixSeconds } from '../../../../shared/time.ts';
import {
  canStillSign,
  type RefreshPolicy,
  refreshAge,
  renewalThresholds,
  responderIsDue,
  responseValidity,
} from '../../../../signer/presigning/plan.ts';

const HOUR = 3_600;
const DAY = 86_400;
/** 2026-11-23T04:00:00Z */
const NOW = unixSeconds(1_795_406_400);
const FAR = unixSeconds(NOW + 10_000 * DAY);

function policyOf(validity: number, refreshAfter: number): RefreshPolicy {
  const source = 'test';
  const ocsp = {
    validitySeconds: { value: validity, source },
    refreshAfterSeconds: { value: refreshAfter, source },
  };
  return { ocsp } as RefreshPolicy;
}

/** 7 days, replaced after 3: the policy of RootCA3. */
const ROOT_CA3 = policyOf(7 * DAY, 3 * DAY);

/** RSP-9 in its own words: the last moment at which a response of this validity may still stand. */
function deadlineAge(validity: number): number {
  if (validity < 16 * HOUR) return validity / 2;
  return Math.min(validity - 8 * HOUR, 4 * DAY);
}

describe('the age at which a response is replaced', () => {
  it.each([
    [8 * HOUR, 3 * HOUR],
    [16 * HOUR - 1, 6 * HOUR],
    [16 * HOUR, 7 * HOUR],
    [4 * DAY, 3 * DAY],
    [7 * DAY, 3 * DAY],
    [10 * DAY - 1, 4 * DAY - 1],
  ])(
    'RSP-9: valid %i s, refreshed after %i s: shorter windows keep before their deadline',
    (validity, after) => {
      const policy = policyOf(validity, after);
      expect(refreshAge(policy, validity)).toBe(after);
      for (let shorter = 8 * HOUR; shorter < validity; shorter += 977) {
        expect(refreshAge(policy, shorter)).toBeLessThan(deadlineAge(shorter));
        expect(refreshAge(policy, shorter)).toBeGreaterThan(0);
        expect(refreshAge(policy, shorter)).toBeLessThanOrEqual(refreshAge(policy, shorter + 977));
      }
    },
  );

  it('RSP-9: it is that of the policy for whole windows, and a share of the deadline for shorter', () => {
    expect(refreshAge(ROOT_CA3, 2 * DAY)).toBe((40 * HOUR * 3) / 4);
    expect(refreshAge(ROOT_CA3, 8 * HOUR)).toBe(3 * HOUR);
  });
});

describe('renewalThresholds', () => {
  it('RSP-9: what has the least time left comes first, and all that is due after it', () => {
    const [urgent, due] = renewalThresholds(ROOT_CA3, NOW, FAR);
    expect(NOW - due).toBe(3 * DAY);
    // Half way to the fourth day, when it would be late.
    expect(NOW - urgent).toBe(3.5 * DAY);
  });

  it('RSP-9: there is no time before 1970', () => {
    expect(renewalThresholds(ROOT_CA3, unixSeconds(100), FAR)).toEqual([0, 0]);
  });

  it('RSP-9, RSP-21: each is exactly the last response that has reached its age, however near the end', () => {
    for (let left = 8 * HOUR; left < 12 * DAY; left += 1_009) {
      const end = unixSeconds(NOW + left);
      const [, due] = renewalThresholds(ROOT_CA3, NOW, end);
      const dueAt = (madeAt: number) =>
        madeAt + refreshAge(ROOT_CA3, responseValidity(ROOT_CA3, unixSeconds(madeAt), end));
      expect(dueAt(due)).toBeLessThanOrEqual(NOW);
      expect(dueAt(due + 1)).toBeGreaterThan(NOW);
    }
  });

  it('RSP-21: answers of a responder that has ended are due whenever they were made', () => {
    expect(renewalThresholds(ROOT_CA3, NOW, unixSeconds(NOW - DAY))[1]).toBe(NOW);
  });
});

describe('whether a response can be signed at all', () => {
  it('RSP-8, RSP-21: with 8 hours to the end it can, with a second less it cannot', () => {
    expect(canStillSign(unixSeconds(NOW + 8 * HOUR), NOW)).toBe(true);
    expect(canStillSign(unixSeconds(NOW + 8 * HOUR - 1), NOW)).toBe(false);
    expect(canStillSign(unixSeconds(NOW - DAY), NOW)).toBe(false);
  });
});

describe('when a new responder is due', () => {
  const isDue = (notAfter: number | undefined, end: number = FAR) =>
    responderIsDue(
      ROOT_CA3,
      notAfter === undefined ? undefined : { notAfter: unixSeconds(notAfter) },
      unixSeconds(end),
      NOW,
    );

  it('RSP-36: without any it is due at once', () => {
    expect(isDue(undefined)).toBe(true);
  });

  it('RSP-36: while the newest outlives two more responses of 7 days it is not due', () => {
    expect(isDue(NOW + 14 * DAY)).toBe(false);
    expect(isDue(NOW + 14 * DAY - 1)).toBe(true);
  });

  it('RSP-36: one that ends with its CA is not due: another would live no longer', () => {
    expect(isDue(NOW + DAY, NOW + DAY)).toBe(false);
    expect(isDue(NOW + DAY, NOW + DAY + 1)).toBe(true);
  });

  it('RSP-21: in the last 8 hours of the CA none is due: it could sign nothing', () => {
    expect(isDue(undefined, NOW + 8 * HOUR)).toBe(true);
    expect(isDue(undefined, NOW + 8 * HOUR - 1)).toBe(false);
  });
});
