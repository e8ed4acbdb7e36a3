import { closeSync, openSync, readSync } from 'node:fs';

/** One line of a file: its octets without U+000A, and where it begins and where the next one does. */
export interface FileLine {
  readonly octets: Uint8Array;
  readonly start: number;
  readonly end: number;
}

const CHUNK_OCTETS = 1 << 20;

/** A longer line is not read on: no event is, and no file can make its reader hold more. */
export const LINE_OCTETS_MAX: number = 64 << 20;

/**
 * The lines of a file from the one that begins at `from`, in chunks, so that a log of any length is read in
 * bounded memory. What follows the last U+000A is no line. A line that is too long ends the reading: what
 * comes back then has `LINE_OCTETS_MAX` octets and no end.
 */
export function* linesOfFile(path: string, from = 0): Generator<FileLine> {
  const file = openSync(path, 'r');
  try {
    let kept: Uint8Array = new Uint8Array(0);
    let start = from;
    for (let at = from; ; ) {
      const chunk = Buffer.allocUnsafe(CHUNK_OCTETS);
      const read = readSync(file, chunk, 0, CHUNK_OCTETS, at);
      if (read === 0) return;
      at += read;
      const bytes = Buffer.concat([kept, chunk.subarray(0, read)]);
      let begin = 0;
      for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, begin)) {
        const next = start + end - begin + 1;
        yield { octets: bytes.subarray(begin, end), start, end: next };
        start = next;
        begin = end + 1;
      }
      kept = bytes.subarray(begin);
      if (kept.length > LINE_OCTETS_MAX) {
        yield { octets: kept.subarray(0, LINE_OCTETS_MAX), start, end: Number.POSITIVE_INFINITY };
        return;
      }
    }
  } finally {
    closeSync(file);
  }
}

/** The last whole line of a file of `octets` octets; undefined when it has none. */
export function lastLineOf(path: string, octets: number): string | undefined {
  const file = openSync(path, 'r');
  try {
    for (let reach = CHUNK_OCTETS; ; reach *= 2) {
      const from = Math.max(0, octets - reach);
      const bytes = readPart(file, from, octets);
      const end = bytes.lastIndexOf(0x0a);
      const begin = end <= 0 ? -1 : bytes.lastIndexOf(0x0a, end - 1);
      const isWhole = end >= 0 && (begin >= 0 || from === 0);
      if (isWhole) return bytes.toString('utf8', begin + 1, end);
      if (from === 0 || reach > LINE_OCTETS_MAX) return undefined;
    }
  } finally {
    closeSync(file);
  }
}

/** What the file has of these octets. */
export function readPart(file: number, from: number, until: number): Buffer {
  const bytes = Buffer.alloc(until - from);
  for (let filled = 0; filled < bytes.length; ) {
    const read = readSync(file, bytes, filled, bytes.length - filled, from + filled);
    if (read === 0) return bytes.subarray(0, filled);
    filled += read;
  }
  return bytes;
}
