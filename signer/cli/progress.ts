import type { TextSink } from './command.ts';

const QUIET_MS = 1_000;

/** On a terminal, says after a second what is awaited, and takes the line away again. */
export async function whileWaiting<T>(
  awaited: Promise<T>,
  stderr: TextSink,
  what = 'the signer',
): Promise<T> {
  if (stderr.isTTY !== true) return awaited;
  let seconds = 0;
  const timer = setInterval(() => {
    seconds++;
    stderr.write(`\r\x1b[Kwaiting for ${what} … ${seconds} s`);
  }, QUIET_MS);
  try {
    return await awaited;
  } finally {
    clearInterval(timer);
    if (seconds > 0) stderr.write('\r\x1b[K');
  }
}
