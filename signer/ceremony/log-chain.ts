import { createHash } from 'node:crypto';

/** Lines of a hash-chained log in which each names the SHA-256 of the line before it. */
export function isChain(lines: readonly string[]): boolean {
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    if (before !== undefined && !line.startsWith(`{"previous":"${lineHash(before)}",`))
      return false;
  }
  return lines.length > 0;
}

export function lineHash(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}
