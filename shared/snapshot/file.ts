import { ok } from '../result.ts';
import type { UnixSeconds } from '../time.ts';
import { type Decoded, refuse, SHA256_LENGTH, type WireReader, type WireWriter } from './wire.ts';

/** What a published file is; the edge answers with this type and no other (HTTP-11, HTTP-12). */
export const MEDIA_TYPES = {
  1: 'application/pkix-crl',
  2: 'application/pkix-cert',
  3: 'application/pkcs7-mime; smime-type=certs-only',
  4: 'text/plain; charset=utf-8',
  5: 'text/html; charset=utf-8',
  6: 'application/pdf',
  7: 'application/json',
} as const;

export type MediaTypeCode = keyof typeof MEDIA_TYPES;

/** Every chunk but the last has exactly this many octets. */
export const CHUNK_OCTETS: number = 1 << 20;

/** 1 GiB of file; a CRL of ten million entries has 420 MB. */
const CHUNKS_MAX = 1024;

/** One file of the repository, its bytes in chunks `blob/<hash>`. */
export interface FileEntry {
  /** Path in the URL, from the first slash, ASCII without query. */
  readonly path: string;
  readonly mediaType: MediaTypeCode;
  /** SHA-256 of the whole file, its ETag. */
  readonly hash: Uint8Array;
  readonly length: number;
  /** CRLs have both; files that do not expire have neither. */
  readonly thisUpdate: UnixSeconds | null;
  readonly nextUpdate: UnixSeconds | null;
  readonly chunkHashes: readonly Uint8Array[];
}

const PATH = /^(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/;

/** Paths are of letters, digits, `.`, `_` and `-` between slashes: nothing that URLs have to escape. */
export function isFilePath(path: string): boolean {
  return path.length <= 255 && PATH.test(path);
}

/** Pieces of at most `CHUNK_OCTETS`; an empty file has none. */
export function chunksOf(bytes: Uint8Array): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_OCTETS) {
    chunks.push(bytes.subarray(at, at + CHUNK_OCTETS));
  }
  return chunks;
}

/** Entries are put in ascending order of path; the decoder refuses two of one path. */
export function writeFileEntries(writer: WireWriter, entries: readonly FileEntry[]): void {
  writer.unsigned(entries.length, 2);
  for (const entry of [...entries].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    writer.shortText(entry.path).unsigned(entry.mediaType, 1).octets(entry.hash, SHA256_LENGTH);
    writer.unsigned(entry.length, 6).time(entry.thisUpdate).time(entry.nextUpdate);
    writer.unsigned(entry.chunkHashes.length, 2);
    for (const hash of entry.chunkHashes) writer.octets(hash, SHA256_LENGTH);
  }
}

/** Entries in strictly ascending order of path; lengths and chunk counts must agree. */
export function readFileEntries(
  reader: WireReader,
  part: 'root' | 'file-page',
): Decoded<readonly FileEntry[]> {
  const entries: FileEntry[] = [];
  const count = reader.unsigned(2);
  let previous = '';
  for (let i = 0; i < count && !reader.failed; i++) {
    const entry = readFileEntry(reader);
    if (!entry) return refuse(part, 'file entry malformed');
    if (entry.path <= previous) return refuse(part, 'file paths not ascending');
    previous = entry.path;
    entries.push(entry);
  }
  return reader.failed ? refuse(part, 'truncated') : ok(entries);
}

function readFileEntry(reader: WireReader): FileEntry | undefined {
  const path = reader.shortText();
  const mediaType = reader.unsigned(1);
  const hash = reader.octets(SHA256_LENGTH);
  const length = reader.unsigned(6);
  const thisUpdate = reader.timeOrNull();
  const nextUpdate = reader.timeOrNull();
  const count = reader.unsigned(2);
  if (reader.failed || !isFilePath(path) || !isMediaTypeCode(mediaType)) return undefined;
  if (count !== Math.ceil(length / CHUNK_OCTETS) || count > CHUNKS_MAX) return undefined;
  const bounded =
    thisUpdate === null ? nextUpdate === null : nextUpdate !== null && nextUpdate > thisUpdate;
  if (!bounded || count * SHA256_LENGTH > reader.remaining) return undefined;
  const chunkHashes: Uint8Array[] = [];
  for (let i = 0; i < count; i++) chunkHashes.push(reader.octets(SHA256_LENGTH));
  return { path, mediaType, hash, length, thisUpdate, nextUpdate, chunkHashes };
}

function isMediaTypeCode(code: number): code is MediaTypeCode {
  return Object.hasOwn(MEDIA_TYPES, code);
}
