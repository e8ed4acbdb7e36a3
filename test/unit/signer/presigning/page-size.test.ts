import { describe, expect, it } from 'vitest';
import { FIRST_PAGE, nextPageSize } from '../../../../signer/presigning/page-size.ts';

/** Where pages end up when one signature pair takes so many milliseconds. */
function settledSize(first: number, millisecondsEach: number): number {
  let size = first;
  for (let page = 0; page < 50; page++) size = nextPageSize(size, size * millisecondsEach);
  return size;
}

describe('the size of a page', () => {
  it.each([
    ['a P-256 key in a file', FIRST_PAGE.ecdsa, 0.04],
    ['an RSA-2048 key in a file', FIRST_PAGE.rsa, 0.8],
    ['an RSA-4096 key in a file', FIRST_PAGE.rsa, 5],
    ['a P-256 key in a module that is far away', FIRST_PAGE.ecdsa, 10],
  ])('with %s a revocation waits about as long', (_, first, millisecondsEach) => {
    const milliseconds = settledSize(first, millisecondsEach) * millisecondsEach;
    expect(milliseconds).toBeGreaterThanOrEqual(125);
    expect(milliseconds).toBeLessThanOrEqual(500);
  });

  it('has bounds, however fast or slow the key', () => {
    expect(settledSize(64, 0.0001)).toBe(4_096);
    expect(settledSize(64, 60_000)).toBe(16);
  });

  it('stays where it is while pages take about what they should', () => {
    expect(nextPageSize(300, 250)).toBe(300);
  });
});
