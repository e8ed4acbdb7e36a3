import process from 'node:process';
import { expect } from 'vitest';

/** Generous, so that a busy machine does not fail: decoders take microseconds. */
const SLOWEST_MILLISECONDS = 500;
const HEAP_OCTETS = 512 << 20;

/**
 * Feeds every input to `accepts`, which must not throw. Fails when one takes long or all together
 * hold much memory; answers how many were accepted.
 */
export function bounded(
  inputs: Iterable<Uint8Array>,
  accepts: (bytes: Uint8Array) => boolean,
): number {
  const before = process.memoryUsage();
  let accepted = 0;
  let slowest = 0;
  for (const bytes of inputs) {
    const started = process.hrtime.bigint();
    if (accepts(bytes)) accepted++;
    slowest = Math.max(slowest, Number(process.hrtime.bigint() - started) / 1e6);
  }
  const after = process.memoryUsage();
  expect(slowest).toBeLessThan(SLOWEST_MILLISECONDS);
  expect(after.heapUsed - before.heapUsed).toBeLessThan(HEAP_OCTETS);
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(HEAP_OCTETS);
  return accepted;
}
