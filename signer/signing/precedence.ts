/** Acts of the CA and publication first; live answers one at a time, and only between them. */
export interface Precedence {
  /** Runs at once; live answers wait until it has ended. */
  first<T>(act: () => Promise<T>): Promise<T>;
  /** Runs when nothing else does and no other live answer is made; undefined after so long. */
  last<T>(act: () => Promise<T>, milliseconds: number): Promise<T | undefined>;
}

export function createPrecedence(): Precedence {
  let ahead = 0;
  let live = false;
  const waiting: (() => void)[] = [];
  const next = () => {
    if (ahead === 0 && !live) waiting.shift()?.();
  };
  const turn = (milliseconds: number): Promise<boolean> => {
    if (ahead === 0 && !live) return Promise.resolve(true);
    return new Promise((resolve) => {
      const mine = () => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(mine), 1);
        resolve(false);
      }, milliseconds);
      waiting.push(mine);
    });
  };
  return {
    async first(act) {
      ahead += 1;
      try {
        return await act();
      } finally {
        ahead -= 1;
        next();
      }
    },
    async last(act, milliseconds) {
      const until = performance.now() + milliseconds;
      // Between the call and this line another act may have begun.
      do {
        const left = until - performance.now();
        if (left <= 0 || !(await turn(left))) return undefined;
      } while (ahead > 0 || live);
      live = true;
      try {
        return await act();
      } finally {
        live = false;
        next();
      }
    },
  };
}
