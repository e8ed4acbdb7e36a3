import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

export type SpeedAlgorithm = 'rsa2048' | 'ecdsap256';

export const SPEED_COMMAND = `openssl speed -elapsed -multi ${availableParallelism()}`;

/** Signatures a second of all cores together, by the wall clock as everything beside it. */
export function opensslSignaturesPerSecond(algorithm: SpeedAlgorithm, seconds: number): number {
  const [program = '', ...args] = SPEED_COMMAND.split(' ');
  const run = spawnSync(program, [...args, '-seconds', String(seconds), algorithm], {
    encoding: 'utf8',
  });
  if (run.status !== 0)
    throw new Error(`${SPEED_COMMAND} ${algorithm}: ${run.stderr ?? run.error}`);
  // The last line: name, seconds a signature, seconds a verification, signatures/s, verifications/s.
  const words = run.stdout.trim().split(/\s+/);
  const rate = Number(words[words.length - 2]);
  if (!(rate > 0)) throw new Error(`${SPEED_COMMAND} ${algorithm} said: ${run.stdout}`);
  return rate;
}
