import { expect, it } from 'vitest';
import { BugError, err, must, ok } from '../../../shared/result.ts';

it('ADR 1: an outcome that was to be had is had, or else a bug is thrown with its error', () => {
  expect(must(ok(5), 'five')).toBe(5);
  expect(() => must(err({ code: 'no-five' }), 'five')).toThrow(BugError);
  expect(() => must(err({ code: 'no-five' }), 'five')).toThrow('five: {"code":"no-five"}');
});
