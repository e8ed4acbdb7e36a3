import { hexFromBytes } from '../shared/bytes.ts';
import { type FileEntry, MEDIA_TYPES } from '../shared/snapshot/file.ts';
import { addSeconds, httpDate, type UnixSeconds } from '../shared/time.ts';
import { cacheControl, fileMaxAge, type Validators } from './cache-policy.ts';

/** What HTTP says of a file, made once: an entry is decoded with its snapshot and lives as long. */
export interface FileHeaders {
  readonly validators: Validators;
  /** For a 304, which says what a cache needs. The object is used again: do not change it. */
  cachingAt(now: UnixSeconds): Headers;
  /** For the whole file. The object is used again: do not change it. */
  wholeAt(now: UnixSeconds): Headers;
}

const made = new WeakMap<FileEntry, FileHeaders>();

export function fileHeaders(entry: FileEntry): FileHeaders {
  const known = made.get(entry);
  if (known) return known;
  const headers = makeHeaders(entry);
  made.set(entry, headers);
  return headers;
}

/** Names in lower case, as the Fetch standard keeps them: another case costs as well. */
function makeHeaders(entry: FileEntry): FileHeaders {
  const etag = `"${hexFromBytes(entry.hash)}"`;
  const caching = new Headers({ etag });
  if (entry.thisUpdate !== null) caching.set('last-modified', httpDate(entry.thisUpdate));
  const whole = new Headers(caching);
  whole.set('accept-ranges', 'bytes');
  whole.set('x-content-type-options', 'nosniff');
  whole.set('content-type', MEDIA_TYPES[entry.mediaType]);
  whole.set('content-length', String(entry.length));
  if (DOWNLOADED.has(entry.mediaType)) whole.set('content-disposition', attachment(entry.path));
  const at = renewed(entry);
  return {
    validators: { etag, lastModified: entry.thisUpdate },
    cachingAt: at(caching),
    wholeAt: at(whole),
  };
}

/** HTTP-13: Expires says what max-age says, so that both kinds of cache ask again soon (HTTP-8). */
function renewed(entry: FileEntry): (headers: Headers) => (now: UnixSeconds) => Headers {
  return (headers) => {
    let writtenAt: UnixSeconds | undefined;
    return (now) => {
      if (now === writtenAt) return headers;
      const maxAge = fileMaxAge(entry.nextUpdate, now);
      headers.set('date', httpDate(now));
      headers.set('cache-control', cacheControl(maxAge));
      headers.set('expires', httpDate(addSeconds(now, maxAge)));
      writtenAt = now;
      return headers;
    };
  };
}

/** CRLs and certificates: a browser saves them under their own name instead of showing octets. */
const DOWNLOADED: ReadonlySet<number> = new Set([1, 2, 3]);

function attachment(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/[^A-Za-z0-9._-]/g, '_');
  return `attachment; filename="${name}"`;
}
