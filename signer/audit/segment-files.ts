import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { integer, matching, required, strictObject } from '../../shared/json-fields.ts';
import { parseJSON } from '../../shared/json-text.ts';

/**
 * Files of a log that is kept in segments: the open one under its own name, the closed ones beside it in
 * `audit/`, `000001.jsonl` first. Of a segment that went into an archive `000001.archived.json` stays.
 */
export interface ArchivedSegment {
  readonly number: number;
  /** Lines before it, and its own. */
  readonly before: number;
  readonly lines: number;
  /** What its first line names, and the SHA-256 of its last line. */
  readonly previous: string;
  readonly hash: string;
  /** SHA-256 of the file. */
  readonly sha256: string;
}

const FOLDER = 'audit';
const CLOSED = /^(\d{6})\.jsonl$/;
const ARCHIVED = /^(\d{6})\.archived\.json$/;

const sha256Text = matching(/^[0-9a-f]{64}$/, 'a SHA-256');

const archivedSegment = strictObject<ArchivedSegment>({
  number: required(integer(1, 999_999)),
  before: required(integer(0, Number.MAX_SAFE_INTEGER)),
  lines: required(integer(1, Number.MAX_SAFE_INTEGER)),
  previous: required(sha256Text),
  hash: required(sha256Text),
  sha256: required(sha256Text),
});

export function segmentFolder(openFile: string): string {
  return join(dirname(openFile), FOLDER);
}

export function segmentName(number: number): string {
  return `${String(number).padStart(6, '0')}.jsonl`;
}

export function closedSegment(openFile: string, number: number): string {
  return join(segmentFolder(openFile), segmentName(number));
}

export function archivedRecord(openFile: string, number: number): string {
  return closedSegment(openFile, number).replace(/\.jsonl$/, '.archived.json');
}

/** Numbers of the closed segments that are here, ascending. */
export function closedSegments(openFile: string): readonly number[] {
  return numbersOf(openFile, CLOSED);
}

/** Numbers of those that are in an archive, ascending. */
export function archivedSegments(openFile: string): readonly number[] {
  return numbersOf(openFile, ARCHIVED);
}

function numbersOf(openFile: string, pattern: RegExp): readonly number[] {
  return entriesOf(segmentFolder(openFile))
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

export function readArchivedRecord(openFile: string, number: number): ArchivedSegment | undefined {
  let text: string;
  try {
    text = readFileSync(archivedRecord(openFile, number), 'utf8');
  } catch {
    return undefined;
  }
  const json = parseJSON(text);
  const record = json.ok ? archivedSegment(json.value, '') : json;
  return record.ok && record.value.number === number ? record.value : undefined;
}

/** The whole file on disk under its name, or nothing of it. */
export function writeWhole(path: string, text: string): void {
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    const octets = Buffer.from(text);
    for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  syncDirectory(dirname(path));
}

/**
 * The open file becomes the closed segment `number`, and `firstLine` begins a new open file. At no moment
 * is there no open file: the old one has both names until the new one takes its place. `undoClosing`
 * mends what a stop between the two leaves.
 */
export function closeSegment(
  openFile: string,
  number: number,
  firstLine: string,
  checkpoint: (place: string) => void,
): void {
  const folder = segmentFolder(openFile);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const next = `${openFile}.next`;
  try {
    writeWhole(next, `${firstLine}\n`);
    checkpoint('audit: next segment written');
    linkSync(openFile, closedSegment(openFile, number));
    syncDirectory(folder);
    checkpoint('audit: segment linked');
    renameSync(next, openFile);
    syncDirectory(dirname(openFile));
  } catch (error) {
    undoClosing(openFile);
    throw error;
  }
  checkpoint('audit: segment closed');
}

/** Nothing was acknowledged that stands only in the new file, so the old one goes on being the open one. */
export function undoClosing(openFile: string): void {
  for (const left of [`${openFile}.next`, `${openFile}.next.new`]) rmSync(left, { force: true });
  const open = statSync(openFile, { throwIfNoEntry: false });
  const number = closedSegments(openFile).at(-1);
  if (!open || number === undefined) return;
  const closed = statSync(closedSegment(openFile, number));
  if (closed.ino !== open.ino || closed.dev !== open.dev) return;
  rmSync(closedSegment(openFile, number));
  syncDirectory(segmentFolder(openFile));
}

/** The name of a file is on disk only when its directory is. */
export function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
