import process from 'node:process';
import type { SignerContext } from './signer-context.ts';

/**
 * For the fault tests: ends this process as a power cut would, at the named place. Nothing is set in
 * production, and setting it can only stop a signer, never make it sign.
 */
export function faultCheckpoint(stopAt: string | undefined): SignerContext['checkpoint'] {
  if (stopAt === undefined) return () => undefined;
  const [place, count = '1'] = stopAt.split('#');
  let left = Number(count);
  return (reached) => {
    if (reached !== place) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
