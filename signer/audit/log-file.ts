import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { err, ok, type Result } from '../../shared/result.ts';
import { hashOfLine, previousOf } from './chain.ts';
import { linesOfFile } from './read-lines.ts';

/** One file of a log, whose chain was walked when it was opened. */
export interface LogFile {
  /** Of all whole lines. */
  readonly octets: number;
  readonly lines: number;
  /** SHA-256 of the last line; of an empty file what it was opened with. */
  readonly hash: string;
  /** On disk when this returns, or not there at all. */
  append(line: string): void;
  close(): void;
}

/** `line` counts from 1 within the file. */
export interface BrokenChain {
  readonly line: number;
}

/**
 * Opens or makes a file whose first line follows the one with the hash `after`. `seen` gets every whole
 * line. A last line that a power cut left unfinished is cut off: its event was never acknowledged, so no
 * signature followed it. Any other break is refused.
 */
export function openLogFile(
  path: string,
  after: string,
  seen: (line: Uint8Array) => void = () => undefined,
): Result<LogFile, BrokenChain> {
  const file = openSync(path, 'a+', 0o600);
  let [hash, lines, octets] = [after, 0, 0];
  for (const { octets: line, end } of linesOfFile(path)) {
    if (previousOf(line) !== hash || end === Number.POSITIVE_INFINITY) {
      closeSync(file);
      return err({ line: lines + 1 });
    }
    hash = hashOfLine(line);
    lines += 1;
    octets = end;
    seen(line);
  }
  ftruncateSync(file, octets);
  const append = (line: string) => {
    const bytes = Buffer.from(`${line}\n`);
    try {
      if (writeSync(file, bytes) !== bytes.length)
        throw new Error('the audit log took half a line');
      fsyncSync(file);
    } catch (error) {
      // A full disk: cut back to the last whole line, so that the chain can go on after it.
      ftruncateSync(file, octets);
      throw error;
    }
    octets += bytes.length;
    hash = hashOfLine(line);
    lines += 1;
  };
  return ok({
    get octets() {
      return octets;
    },
    get lines() {
      return lines;
    },
    get hash() {
      return hash;
    },
    append,
    close: () => closeSync(file),
  });
}
