import { ok, type Result } from '../shared/result.ts';
import { CHUNK_OCTETS, type FileEntry } from '../shared/snapshot/file.ts';
import type { ByteRange } from './byte-range.ts';
import type { FileReader } from './file-reader.ts';
import type { BlobFailure } from './verified-blobs.ts';

/**
 * Octets of a file; only the chunks that the range touches are read. The first one is verified
 * before anything is answered; each further one before it is sent. A chunk that fails then breaks
 * the connection off short of Content-Length, so that no client takes a part for the whole.
 */
export async function openFile(
  entry: FileEntry,
  range: ByteRange,
  files: FileReader,
): Promise<Result<Uint8Array | ReadableStream<Uint8Array>, BlobFailure>> {
  if (range.first === range.end) return ok(new Uint8Array(0));
  const index = Math.floor(range.first / CHUNK_OCTETS);
  const first = await files.chunk(entry, index);
  if (!first.ok) return first;
  const within = part(first.value, index, range);
  if (range.end <= (index + 1) * CHUNK_OCTETS) return ok(within);
  return ok(streamFrom(within, index, { entry, range, files }));
}

/** What of chunk `index` lies in the range. */
function part(chunk: Uint8Array, index: number, { first, end }: ByteRange): Uint8Array {
  const at = index * CHUNK_OCTETS;
  if (first <= at && end >= at + chunk.length) return chunk;
  return chunk.subarray(Math.max(0, first - at), end - at);
}

interface Opened {
  readonly entry: FileEntry;
  readonly range: ByteRange;
  readonly files: FileReader;
}

function streamFrom(
  first: Uint8Array,
  firstIndex: number,
  { entry, range, files }: Opened,
): ReadableStream<Uint8Array> {
  let index = firstIndex;
  const chunks = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(first);
    },
    async pull(controller) {
      index++;
      if (index * CHUNK_OCTETS >= range.end) return controller.close();
      const chunk = await files.chunk(entry, index);
      if (chunk.ok) controller.enqueue(part(chunk.value, index, range));
      else controller.error(new Error(chunk.error.code));
    },
  });
  // workerd states a Content-Length for streams of this kind only; Node.js takes the header's word.
  if (typeof FixedLengthStream === 'undefined') return chunks;
  return chunks.pipeThrough(new FixedLengthStream(range.end - range.first));
}
