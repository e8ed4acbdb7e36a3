/** What the log of this host says of its own acts; each line is on disk before the act it tells of is used. */
export interface LogFacts {
  /** Ids of bundles that were signed. */
  readonly ceremonies: ReadonlySet<string>;
  /** By authority: the highest CRL number of a bundle that was signed. */
  readonly crlNumbers: ReadonlyMap<string, number>;
}

interface LogLine {
  readonly [field: string]: unknown;
}

/** Undefined when a line is not a JSON object. The chain was walked before. */
export function logFacts(lines: readonly string[]): LogFacts | undefined {
  const ceremonies = new Set<string>();
  const crlNumbers = new Map<string, number>();
  for (const text of lines) {
    const line = parseLine(text);
    if (!line) return undefined;
    if (line['type'] !== 'ceremony-signed') continue;
    const name = String(line['authority']);
    ceremonies.add(String(line['ceremony']));
    crlNumbers.set(name, Math.max(crlNumbers.get(name) ?? 0, Number(line['crlNumber']) || 0));
  }
  return { ceremonies, crlNumbers };
}

function parseLine(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as LogLine) : undefined;
  } catch {
    return undefined;
  }
}
