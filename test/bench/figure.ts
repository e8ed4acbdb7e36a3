/** One measured number under its key of the JSON file. */
export interface Figure {
  readonly key: string;
  readonly value: number;
  readonly bound?: Bound;
  /** The reference it was held against and how both were taken. */
  readonly how: string;
}

export type Bound = { readonly atLeast: number } | { readonly atMost: number };

export interface Section {
  readonly name: string;
  /** For --help: one line. */
  readonly what: string;
  readonly run: (progress: (line: string) => void) => Promise<readonly Figure[]>;
}

export function isMissed({ value, bound }: Figure): boolean {
  if (bound === undefined) return false;
  // Written so that NaN misses every bound.
  return 'atLeast' in bound ? !(value >= bound.atLeast) : !(value <= bound.atMost);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** Smallest and largest, so that a reader sees how far to trust the median. */
export function spread(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${rounded(low)} to ${rounded(high)} in ${values.length} rounds`;
}

function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(3);
}

function boundText(bound: Bound | undefined): string {
  if (bound === undefined) return '';
  return 'atLeast' in bound ? `>= ${bound.atLeast}` : `<= ${bound.atMost}`;
}

function mark(figure: Figure): string {
  if (figure.bound === undefined) return '';
  if (!isMissed(figure)) return 'ok';
  return 'atLeast' in figure.bound ? 'below' : 'above';
}

/** Columns key, value, bound, mark; how it was measured stands under each line. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.key,
    rounded(figure.value),
    boundText(figure.bound),
    mark(figure),
  ]);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return figures
    .map(({ how }, i) => {
      const cells = (rows[i] ?? []).map((cell, column) =>
        column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      );
      return `${cells.join('  ').trimEnd()}\n    ${how}`;
    })
    .join('\n');
}
