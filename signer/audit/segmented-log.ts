import { statSync } from 'node:fs';
import { bytesFromHex } from '../../shared/bytes.ts';
import { err, must, ok, type Result } from '../../shared/result.ts';
import { type Clock, isoText } from '../../shared/time.ts';
import type { AuditEvent, AuditLog } from './audit-log.ts';
import { eventOf, hashOfLine, NO_LINE, previousOf } from './chain.ts';
import { type KeyUse, KeyUseCounter } from './key-use.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { lastLineOf, linesOfFile } from './read-lines.ts';
import {
  archivedSegments,
  closedSegment,
  closedSegments,
  closeSegment,
  readArchivedRecord,
  segmentName,
  undoClosing,
} from './segment-files.ts';

export interface SegmentOptions {
  /** The open file is closed before it would grow beyond. */
  readonly segmentOctets: number;
  /** Called between any two writes with a name for the place. */
  readonly checkpoint: (place: string) => void;
}

/** A log in segments, of which only the open one is read at start (ADR 20). */
export interface SegmentedLog extends AuditLog {
  /** Of every key that stands in the log. */
  keyUse(): readonly KeyUse[];
  /** Of those that were used since the last `key-use` event. */
  takeChangedKeyUse(): readonly KeyUse[];
  /** `time` of the last line; undefined of an empty log. */
  lastTime(): string | undefined;
}

export type SegmentedLogError =
  /** `line` counts from 1 in `file`. */
  | { readonly code: 'audit-log-damaged'; readonly line: number; readonly file: string }
  | { readonly code: 'audit-segment-missing'; readonly file: string };

/** Where the open file stands in the log. */
export interface OpenSegment {
  readonly number: number;
  /** Lines of all segments before. */
  readonly before: number;
  /** Hash of the last of them. */
  readonly previous: string;
}

/**
 * Opens or makes a log in segments. The open file is walked; of the closed ones the last must end with the
 * hash that the open one begins with, and none may be missing that is not on record as archived. A log of
 * before segments, one file, is the first segment.
 */
export function openSegmentedLog(
  path: string,
  clock: Clock,
  options: SegmentOptions,
): Result<SegmentedLog, SegmentedLogError> {
  undoClosing(path);
  const place = openSegmentOf(path);
  if (!place) return err({ code: 'audit-log-damaged', line: 1, file: path });
  const fits = checkClosed(path, place);
  if (!fits.ok) return fits;
  const counter = new KeyUseCounter();
  const file = openLogFile(path, place.previous, (line) => counter.seeLine(line));
  if (!file.ok) return err({ code: 'audit-log-damaged', line: file.error.line, file: path });
  return ok(new FileSegmentedLog({ path, clock, options, counter }, place, file.value));
}

/** A state's log for whoever only looks, or adds a line: no segment is closed meanwhile. */
export function openWholeLog(path: string, clock: Clock): Result<SegmentedLog, SegmentedLogError> {
  const checkpoint = () => undefined;
  return openSegmentedLog(path, clock, { segmentOctets: Number.POSITIVE_INFINITY, checkpoint });
}

/** From the first line of the open file; undefined when it is neither the log's first nor a segment's. */
export function openSegmentOf(path: string): OpenSegment | undefined {
  const first = { number: 1, before: 0, previous: NO_LINE };
  if (!statSync(path, { throwIfNoEntry: false })) return first;
  return segmentOf(path) ?? (isEmpty(path) ? first : undefined);
}

function isEmpty(path: string): boolean {
  for (const _ of linesOfFile(path)) return false;
  return true;
}

/** Which segment a file is, by its first line. */
export function segmentOf(path: string): OpenSegment | undefined {
  for (const { octets } of linesOfFile(path)) {
    const previous = previousOf(octets);
    if (previous === undefined) return undefined;
    if (previous === NO_LINE) return { number: 1, before: 0, previous };
    const { type, number, before } = eventOf(octets) ?? {};
    const known = type === 'segment-start' && isCount(number) && isCount(before);
    return known ? { number, before, previous } : undefined;
  }
  return undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function checkClosed(
  path: string,
  { number, previous }: OpenSegment,
): Result<true, SegmentedLogError> {
  const here = new Set(closedSegments(path));
  const archived = new Set(archivedSegments(path));
  // Segments beyond the open one: the open file is of an older copy.
  const newest = Math.max(0, ...here, ...archived);
  if (newest >= number) return err({ code: 'audit-log-damaged', line: 1, file: path });
  for (let n = 1; n < number; n++) {
    if (!here.has(n) && !archived.has(n))
      return err({ code: 'audit-segment-missing', file: closedSegment(path, n) });
  }
  if (number === 1) return ok(true);
  const last = number - 1;
  const hash = here.has(last)
    ? lastHashOf(closedSegment(path, last))
    : readArchivedRecord(path, last)?.hash;
  return hash === previous ? ok(true) : err({ code: 'audit-log-damaged', line: 1, file: path });
}

function lastHashOf(file: string): string | undefined {
  const line = lastLineOf(file, statSync(file).size);
  return line === undefined ? undefined : hashOfLine(line);
}

interface Parts {
  readonly path: string;
  readonly clock: Clock;
  readonly options: SegmentOptions;
  readonly counter: KeyUseCounter;
}

class FileSegmentedLog implements SegmentedLog {
  readonly path: string;
  readonly #parts: Parts;
  #place: OpenSegment;
  #file: LogFile;

  constructor(parts: Parts, place: OpenSegment, file: LogFile) {
    this.path = parts.path;
    this.#parts = parts;
    this.#place = place;
    this.#file = file;
  }

  append(event: AuditEvent): void {
    const { options, counter } = this.#parts;
    if (this.#file.octets >= options.segmentOctets) this.#next();
    this.#file.append(this.#lineOf(event));
    counter.see(event);
  }

  checkpoint(): { readonly size: number; readonly hash: Uint8Array } {
    const size = this.#place.before + this.#file.lines;
    return { size, hash: must(bytesFromHex(this.#file.hash), 'SHA-256 in hexadecimal') };
  }

  keyUse(): readonly KeyUse[] {
    return this.#parts.counter.all();
  }

  takeChangedKeyUse(): readonly KeyUse[] {
    return this.#parts.counter.takeChanged();
  }

  lastTime(): string | undefined {
    const line = lastLineOf(this.path, this.#file.octets);
    const time = line === undefined ? undefined : eventOf(line)?.['time'];
    return typeof time === 'string' ? time : undefined;
  }

  close(): void {
    this.#file.close();
  }

  #lineOf(event: AuditEvent): string {
    const { clock } = this.#parts;
    return JSON.stringify({ previous: this.#file.hash, time: isoText(clock()), ...event });
  }

  #next(): void {
    const { path, options, counter } = this.#parts;
    const before = this.#place.before + this.#file.lines;
    const place = { number: this.#place.number + 1, before, previous: this.#file.hash };
    const start = { number: place.number, before, keyUse: counter.all() };
    const firstLine = this.#lineOf({ type: 'segment-start', ...start });
    closeSegment(path, this.#place.number, firstLine, options.checkpoint);
    const opened = openLogFile(path, place.previous);
    if (!opened.ok) throw new Error(`${segmentName(place.number)} is not what was written`);
    this.#file.close();
    this.#file = opened.value;
    this.#place = place;
  }
}
