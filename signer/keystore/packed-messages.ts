import { BugError } from '../../shared/result.ts';
import type { PackedMessages } from './keystore.ts';

/** Message `index` of the packed ones; throws for offsets that no packer writes. */
export function messageAt(messages: PackedMessages, index: number): Uint8Array {
  const start = index === 0 ? 0 : (messages.ends[index - 1] ?? Number.NaN);
  const end = messages.ends[index] ?? Number.NaN;
  // A signature over fewer octets than the caller meant would be valid and wrong.
  if (!(start <= end && end <= messages.bytes.length)) throw new BugError('PackedMessages.ends');
  return messages.bytes.subarray(start, end);
}

/** The messages as at most `parts` runs of almost equal count, in order. The runs are copies. */
export function splitMessages(messages: PackedMessages, parts: number): PackedMessages[] {
  const count = messages.ends.length;
  const runs = Math.min(parts, count);
  return Array.from({ length: runs }, (_, run) =>
    copyRun(messages, Math.floor((run * count) / runs), Math.floor(((run + 1) * count) / runs)),
  );
}

function copyRun(messages: PackedMessages, first: number, afterLast: number): PackedMessages {
  const start = first === 0 ? 0 : (messages.ends[first - 1] ?? Number.NaN);
  const ends = messages.ends.slice(first, afterLast);
  // Not `slice`, which on a Buffer is a view of memory that the caller goes on using.
  const bytes = new Uint8Array(messages.bytes.subarray(start, ends.at(-1)));
  return { bytes, ends: ends.map((end) => end - start) };
}
