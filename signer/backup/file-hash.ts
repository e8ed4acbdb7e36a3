import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const PIECE = 1 << 20;

/** The first `length` octets, in pieces. */
export function fileOctets(file: string, length: number): AsyncIterable<Uint8Array> {
  if (length === 0) return nothing();
  return createReadStream(file, { end: length - 1, highWaterMark: PIECE });
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** SHA-256 of the first `length` octets, lower-case hexadecimal. */
export async function fileHash(file: string, length: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of fileOctets(file, length)) hash.update(piece);
  return hash.digest('hex');
}
