/** Resolves in a turn of the event loop of its own, first come, first served. */
export type LoopTurns = () => Promise<void>;

/**
 * Work that must not hold up the rest of the process waits for a turn before each of its steps: however
 * many of these wait, timers, sockets and everybody else's steps run between any two of them.
 */
export function createLoopTurns(): LoopTurns {
  const waiting: (() => void)[] = [];
  const release = () => {
    waiting.shift()?.();
    // Asked for during the check phase it comes with the next turn.
    if (waiting.length > 0) setImmediate(release);
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) setImmediate(release);
    });
}
