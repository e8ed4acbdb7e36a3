import { closeSync, openSync, statSync } from 'node:fs';
import { eventOf, type LogEvent } from './chain.ts';
import { type SegmentFile, segmentFiles } from './line-at.ts';
import { linesOfFile, readPart } from './read-lines.ts';

/** A place between two lines of a log: the segment, the offset in its file, and the lines before it. */
export interface LogPlace {
  readonly segment: number;
  readonly offset: number;
  readonly before: number;
}

export function placeText({ segment, offset, before }: LogPlace): string {
  return `${segment}.${offset}.${before}`;
}

export function placeFromText(text: string): LogPlace | undefined {
  const [, segment, offset, before] = /^(\d{1,6})\.(\d{1,12})\.(\d{1,15})$/.exec(text) ?? [];
  if (segment === undefined) return undefined;
  return { segment: Number(segment), offset: Number(offset), before: Number(before) };
}

/** What one page may read of the disk: some thirty milliseconds of the signer's thread. */
const PAGE_OCTETS = 2 << 20;

export interface LinesPage {
  readonly lines: readonly string[];
  /** Number of the first of them. */
  readonly first: number;
  /** null: up to `until` there are no more. */
  readonly next: LogPlace | null;
}

/** Lines as they stand, from a place up to the line with the number `until`, a page of them. */
export function readForward(openFile: string, from: LogPlace, until: number): LinesPage {
  const lines: string[] = [];
  let [place, octets]: [LogPlace, number] = [from, 0];
  for (const file of segmentFiles(openFile)) {
    if (file.number < place.segment) continue;
    if (file.number > place.segment) place = startOf(file);
    for (const line of linesOfFile(file.path, place.offset)) {
      if (place.before >= until) return { lines, first: from.before + 1, next: null };
      if (octets > 0 && octets + line.octets.length > PAGE_OCTETS)
        return { lines, first: from.before + 1, next: place };
      lines.push(Buffer.from(line.octets).toString('utf8'));
      octets += line.octets.length;
      place = { ...place, offset: line.end, before: place.before + 1 };
    }
  }
  return { lines, first: from.before + 1, next: null };
}

/** Before the line with this number, or before the first that is here when that is later. */
export function placeBefore(openFile: string, line: number): LogPlace | undefined {
  const files = segmentFiles(openFile);
  const file = files.findLast(({ before }) => before < line) ?? files[0];
  if (!file) return undefined;
  let place = startOf(file);
  for (const { end } of linesOfFile(file.path)) {
    if (place.before + 1 >= line) return place;
    place = { ...place, offset: end, before: place.before + 1 };
  }
  return place;
}

function startOf({ number, before }: SegmentFile): LogPlace {
  return { segment: number, offset: 0, before };
}

export interface NumberedEvent {
  readonly line: number;
  readonly event: LogEvent;
}

export interface EventsPage {
  /** The newest first. */
  readonly events: readonly NumberedEvent[];
  /** null: there are no older ones here. */
  readonly next: LogPlace | null;
}

/**
 * Events that `wanted` takes, from a place backwards, at most `limit` of them and of a page; without a place
 * from the end. `isPast` ends the search.
 */
export function readBackward(
  openFile: string,
  from: LogPlace | undefined,
  {
    size,
    limit,
    wanted,
    isPast,
  }: {
    /** Lines of the whole log. */
    readonly size: number;
    readonly limit: number;
    readonly wanted: (event: LogEvent) => boolean;
    readonly isPast: (event: LogEvent) => boolean;
  },
): EventsPage {
  const events: NumberedEvent[] = [];
  let octets = 0;
  for (const { line, place } of placesBackward(openFile, from, size)) {
    if (events.length >= limit || octets > PAGE_OCTETS) return { events, next: place };
    octets += line.length;
    const event = eventOf(line);
    if (!event) continue;
    if (isPast(event)) return { events, next: null };
    if (wanted(event)) events.push({ line: place.before, event });
  }
  return { events, next: null };
}

/** Each line with the place behind it. */
function* placesBackward(
  openFile: string,
  from: LogPlace | undefined,
  size: number,
): Generator<{ readonly line: Uint8Array; readonly place: LogPlace }> {
  for (const file of [...segmentFiles(openFile)].reverse()) {
    const { number: segment, path } = file;
    if (from && segment > from.segment) continue;
    const end =
      from?.segment === segment
        ? from
        : { offset: statSync(path).size, before: endOf(openFile, file, size) };
    let { before } = end;
    for (const line of linesBackward(path, end.offset)) {
      yield { line: line.octets, place: { segment, offset: line.end, before } };
      before -= 1;
    }
  }
}

/** Lines up to the end of a segment: those before the next one. */
function endOf(openFile: string, { number }: SegmentFile, size: number): number {
  const next = segmentFiles(openFile).find((file) => file.number === number + 1);
  return next ? next.before : size;
}

interface LineBackward {
  readonly octets: Uint8Array;
  /** Where the next line begins. */
  readonly end: number;
}

const WINDOW_OCTETS = 64 << 10;

/** Whole lines before an offset at which one begins, the last first. */
export function* linesBackward(path: string, until: number): Generator<LineBackward> {
  const file = openSync(path, 'r');
  try {
    let end = until;
    for (let reach = WINDOW_OCTETS; end > 0; ) {
      const from = Math.max(0, end - reach);
      const bytes = readPart(file, from, end);
      const whole = from === 0 ? 0 : bytes.indexOf(0x0a) + 1;
      if (whole >= bytes.length || bytes.at(-1) !== 0x0a) {
        if (from === 0 || bytes.at(-1) !== 0x0a) return;
        reach *= 2;
        continue;
      }
      yield* linesOfWindow(bytes, whole, from);
      end = from + whole;
      reach = WINDOW_OCTETS;
    }
  } finally {
    closeSync(file);
  }
}

function* linesOfWindow(bytes: Buffer, whole: number, from: number): Generator<LineBackward> {
  for (let last = bytes.length - 1; last >= whole; ) {
    const begin = last === 0 ? 0 : bytes.lastIndexOf(0x0a, last - 1) + 1;
    yield { octets: bytes.subarray(Math.max(begin, whole), last), end: from + last + 1 };
    last = begin - 1;
  }
}
