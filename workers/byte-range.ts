import { httpDate } from '../shared/time.ts';
import type { Validators } from './cache-policy.ts';

/** Octets `first` to before `end` of a file. */
export interface ByteRange {
  readonly first: number;
  readonly end: number;
}

/** `bytes=0-99`, `bytes=100-`, `bytes=-50`; 15 digits are exact in a number. */
const ONE_RANGE = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i;

/**
 * RFC 9110 14.2: the one range that a GET asks for. `undefined` when the whole file is to be sent:
 * no Range, several ranges or a unit we do not know (both may be ignored), or an If-Range that says
 * the client's part is of another file. `unsatisfiable` when the range begins after the end.
 */
export function requestedRange(
  request: Pick<Headers, 'get'>,
  length: number,
  validators: Validators,
): ByteRange | 'unsatisfiable' | undefined {
  const range = request.get('range');
  if (range === null || !isSameFile(request.get('if-range'), validators)) return undefined;
  const [, from, to] = ONE_RANGE.exec(range) ?? [];
  if (from === undefined || to === undefined || from + to === '') return undefined;
  if (from === '') return suffix(Number(to), length);
  const first = Number(from);
  const last = to === '' ? length - 1 : Number(to);
  // RFC 9110 14.1.1: the whole field is invalid, and so ignored.
  if (to !== '' && last < first) return undefined;
  return first < length ? { first, end: Math.min(last + 1, length) } : 'unsatisfiable';
}

function suffix(octets: number, length: number): ByteRange | 'unsatisfiable' {
  if (octets === 0 || length === 0) return 'unsatisfiable';
  return { first: Math.max(0, length - octets), end: length };
}

/** RFC 9110 13.1.5: a strong tag, compared strongly, or exactly our date. */
function isSameFile(ifRange: string | null, { etag, lastModified }: Validators): boolean {
  if (ifRange === null || ifRange === etag) return true;
  return lastModified !== null && ifRange === httpDate(lastModified);
}

/** RFC 9110 14.4. */
export function contentRange(range: ByteRange | 'unsatisfiable', length: number): string {
  return range === 'unsatisfiable'
    ? `bytes */${length}`
    : `bytes ${range.first}-${range.end - 1}/${length}`;
}
