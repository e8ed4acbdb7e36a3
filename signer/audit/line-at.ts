import { hashOfLine } from './chain.ts';
import { linesOfFile } from './read-lines.ts';
import { closedSegment, closedSegments, readArchivedRecord } from './segment-files.ts';
import { type OpenSegment, openSegmentOf, segmentOf } from './segmented-log.ts';

/** A file of the log that is here, in the order of the log. */
export interface SegmentFile extends OpenSegment {
  readonly path: string;
}

/** The closed segments that are here and the open one; one whose first line is none is left out. */
export function segmentFiles(openFile: string): readonly SegmentFile[] {
  const closed = closedSegments(openFile).map((number) => closedSegment(openFile, number));
  return [...closed, openFile].flatMap((path) => {
    const place = path === openFile ? openSegmentOf(path) : segmentOf(path);
    return place ? [{ ...place, path }] : [];
  });
}

/** Hash of the line with this number, from 1; undefined when it is not here any more, or not yet. */
export function hashAt(openFile: string, line: number): string | undefined {
  const files = segmentFiles(openFile);
  const file = files.findLast(({ before }) => before < line);
  if (!file) return archivedEnd(openFile, files[0]?.number ?? 1, line);
  let number = file.before;
  for (const { octets } of linesOfFile(file.path)) {
    number += 1;
    if (number === line) return hashOfLine(octets);
  }
  return undefined;
}

/** Of an archived segment only the hash of its last line is here. */
function archivedEnd(openFile: string, firstHere: number, line: number): string | undefined {
  const record = readArchivedRecord(openFile, firstHere - 1);
  return record && record.before + record.lines === line ? record.hash : undefined;
}
