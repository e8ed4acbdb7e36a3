import { ok, type Result } from '../shared/result.ts';
import type { FileEntry } from '../shared/snapshot/file.ts';
import type { FileReader } from './file-reader.ts';
import type { BlobFailure } from './verified-blobs.ts';

/**
 * The octets of a file. The first chunk is verified before anything is answered; each further one
 * before it is sent. A chunk that fails then breaks the connection off short of Content-Length, so
 * that no client takes a part for the whole.
 */
export async function openFile(
  entry: FileEntry,
  files: FileReader,
): Promise<Result<Uint8Array | ReadableStream<Uint8Array>, BlobFailure>> {
  if (entry.chunkHashes.length === 0) return ok(new Uint8Array(0));
  const first = await files.chunk(entry, 0);
  if (!first.ok || entry.chunkHashes.length === 1) return first;
  return ok(streamFrom(first.value, entry, files));
}

function streamFrom(
  first: Uint8Array,
  entry: FileEntry,
  files: FileReader,
): ReadableStream<Uint8Array> {
  let index = 0;
  const chunks = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(first);
    },
    async pull(controller) {
      index++;
      if (index === entry.chunkHashes.length) return controller.close();
      const chunk = await files.chunk(entry, index);
      if (chunk.ok) controller.enqueue(chunk.value);
      else controller.error(new Error(chunk.error.code));
    },
  });
  // The platform states a Content-Length for streams of this kind only.
  return chunks.pipeThrough(new FixedLengthStream(entry.length));
}
