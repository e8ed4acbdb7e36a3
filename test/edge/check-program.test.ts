import process from 'node:process';
import { expect, it } from 'vitest';
import { loadCheckProgram } from '../../workers/node/check-program.ts';
import { bundleCheckProgram } from '../../workers/repository/check/build.mjs';

it('ADR 16: inkan edge bundles the program from its source, the same octets each time', async () => {
  const program = await loadCheckProgram();
  expect(program === (await bundleCheckProgram())).toBe(true);
  expect(program.includes('application/ocsp-request')).toBe(true);
  // No path of the machine that built it, so that every host has the same.
  expect(program.includes(process.cwd())).toBe(false);
});

it('ADR 16: the program is a module that needs no other', async () => {
  const program = await loadCheckProgram();
  expect(/(?:^|[;}])(?:import|export)\b/.test(program)).toBe(false);
  expect(new TextEncoder().encode(program).length).toBeLessThan(100_000);
});
