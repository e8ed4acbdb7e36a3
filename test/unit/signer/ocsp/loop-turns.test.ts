import { expect, it } from 'vitest';
import { createLoopTurns } from '../../../../signer/ocsp/loop-turns.ts';

it('ADR 17: of steps that wait for a turn one goes at a time, in order, and everybody else between', async () => {
  const turn = createLoopTurns();
  const seen: string[] = [];
  const others = (left: number) => {
    seen.push('other');
    if (left > 1) setImmediate(others, left - 1);
  };
  const step = async (name: string) => {
    await turn();
    seen.push(name);
  };
  const steps = ['a', 'b', 'c'].map(step);
  setImmediate(others, 2);
  await Promise.all(steps);
  expect(seen).toEqual(['a', 'other', 'b', 'other', 'c']);
  await step('d');
  expect(seen.at(-1)).toBe('d');
});
