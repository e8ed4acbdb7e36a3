import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../../shared/result.ts';
import { hashOfLine, previousOf } from './chain.ts';
import { linesOfFile } from './read-lines.ts';
import {
  type ArchivedSegment,
  archivedRecord,
  archivedSegments,
  closedSegment,
  closedSegments,
  readArchivedRecord,
  segmentFolder,
  segmentName,
  syncDirectory,
  writeWhole,
} from './segment-files.ts';
import { type SegmentedLog, segmentOf } from './segmented-log.ts';

export type ArchiveError =
  /** Its chain breaks, or it is not the segment that its name says. */
  | { readonly code: 'segment-damaged'; readonly file: string; readonly line: number }
  /** There is another file of that name in the archive, or it is not the one on record. */
  | { readonly code: 'archive-differs'; readonly file: string }
  /** Without this one the log here would have a hole. */
  | { readonly code: 'archive-incomplete'; readonly file: string }
  | { readonly code: 'nothing-to-do' };

export interface ArchiveWorld {
  /** Who does it. */
  readonly actor: string;
  readonly checkpoint: (place: string) => void;
}

/**
 * Moves closed segments into a folder, those whose last line an epoch was signed over (`provedUpTo` lines).
 * Each is verified, copied and read back before an event with its hashes is in the log; only then is its
 * record written, and only after that is it removed here. Wherever this stops, it can be done again, and no
 * segment is ever in neither place.
 */
export function archiveSegments(
  log: SegmentedLog,
  folder: string,
  provedUpTo: number,
  { actor, checkpoint }: ArchiveWorld,
): Result<readonly ArchivedSegment[], ArchiveError> {
  const segments: ArchivedSegment[] = [];
  for (const number of closedSegments(log.path)) {
    const segment = readSegment(closedSegment(log.path, number), number);
    if (!segment.ok) return segment;
    if (segment.value.before + segment.value.lines > provedUpTo) break;
    segments.push(segment.value);
  }
  if (segments.length === 0) return err({ code: 'nothing-to-do' });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const segment of segments) {
    const name = segmentName(segment.number);
    const copied = copyVerified(
      closedSegment(log.path, segment.number),
      join(folder, name),
      segment,
    );
    if (!copied.ok) return copied;
    checkpoint('archive: segment copied');
  }
  log.append({ type: 'segments-archived', segments: namesOf(segments), actor });
  checkpoint('archive: audited');
  for (const segment of segments) {
    writeWhole(archivedRecord(log.path, segment.number), `${JSON.stringify(segment, null, 2)}\n`);
    checkpoint('archive: recorded');
    rmSync(closedSegment(log.path, segment.number));
    syncDirectory(segmentFolder(log.path));
  }
  return ok(segments);
}

/** Brings back what is in a folder and on record as archived; the log here has no hole afterwards. */
export function restoreSegments(
  log: SegmentedLog,
  folder: string,
  { actor, checkpoint }: ArchiveWorld,
): Result<readonly ArchivedSegment[], ArchiveError> {
  const archived = archivedSegments(log.path);
  const given = archived.filter((number) => existsSync(join(folder, segmentName(number))));
  const [first] = given;
  if (first === undefined) return err({ code: 'nothing-to-do' });
  const missing = archived.find((number) => number > first && !given.includes(number));
  if (missing !== undefined)
    return err({ code: 'archive-incomplete', file: join(folder, segmentName(missing)) });
  const segments: ArchivedSegment[] = [];
  for (const number of given) {
    const file = join(folder, segmentName(number));
    const record = readArchivedRecord(log.path, number);
    if (!record || sha256OfFile(file) !== record.sha256)
      return err({ code: 'archive-differs', file });
    const copied = copyVerified(file, closedSegment(log.path, number), record);
    if (!copied.ok) return copied;
    checkpoint('restore: segment copied');
    segments.push(record);
  }
  log.append({ type: 'segments-restored', segments: namesOf(segments), actor });
  checkpoint('restore: audited');
  for (const { number } of segments) rmSync(archivedRecord(log.path, number));
  syncDirectory(segmentFolder(log.path));
  return ok(segments);
}

function namesOf(segments: readonly ArchivedSegment[]) {
  return segments.map(({ number, sha256, hash }) => ({ number, sha256, hash }));
}

/** A segment whose chain holds from its first line to its last. */
function readSegment(file: string, number: number): Result<ArchivedSegment, ArchiveError> {
  const place = segmentOf(file);
  if (place?.number !== number) return err({ code: 'segment-damaged', file, line: 1 });
  let [hash, lines] = [place.previous, 0];
  for (const { octets } of linesOfFile(file)) {
    lines += 1;
    if (previousOf(octets) !== hash) return err({ code: 'segment-damaged', file, line: lines });
    hash = hashOfLine(octets);
  }
  const { before, previous } = place;
  return ok({ number, before, lines, previous, hash, sha256: sha256OfFile(file) });
}

function sha256OfFile(file: string): string {
  const hash = createHash('sha256');
  for (const { octets } of linesOfFile(file)) hash.update(octets).update('\n');
  return hash.digest('hex');
}

/** The whole file under its new name and read back, or nothing there. */
function copyVerified(
  from: string,
  to: string,
  { sha256 }: ArchivedSegment,
): Result<true, ArchiveError> {
  if (existsSync(to)) {
    return sha256OfFile(to) === sha256 ? ok(true) : err({ code: 'archive-differs', file: to });
  }
  const part = `${to}.new`;
  copyFileSync(from, part);
  const file = openSync(part, 'r+');
  fsyncSync(file);
  closeSync(file);
  if (sha256OfFile(part) !== sha256) return err({ code: 'archive-differs', file: part });
  renameSync(part, to);
  syncDirectory(dirname(to));
  return ok(true);
}
