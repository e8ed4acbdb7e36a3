/** How many edits a slip of the keyboard takes; more is another word. */
const SLIP = 3;

/** The candidate that was probably meant, if there is one. */
export function nearest(asked: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let distance = Math.min(SLIP, Math.ceil(asked.length / 2)) + 1;
  for (const candidate of candidates) {
    const found = candidate.startsWith(asked) && asked !== '' ? 1 : editDistance(asked, candidate);
    if (found >= distance) continue;
    best = candidate;
    distance = found;
  }
  return best;
}

/** Levenshtein: insertions, deletions and substitutions from one word to the other. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
