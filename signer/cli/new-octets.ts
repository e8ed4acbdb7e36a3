import { createHash } from 'node:crypto';
import { type FileHandle, link, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ok, type Result } from '../../shared/result.ts';
import { type Failure, usageFailure } from './command.ts';

export interface WrittenOctets {
  readonly octets: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** A file that is written beside its place: it comes whole, or not at all, and never over another. */
export interface NewOctets {
  /** Throws when a piece cannot be written or read. */
  take(pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** On disk under its name when this answers. */
  finish(): Promise<Result<WrittenOctets, Failure>>;
  /** As if it had never been; after `finish` nothing happens. */
  discard(): Promise<void>;
}

export async function newOctets(path: string): Promise<Result<NewOctets, Failure>> {
  const partial = `${path}.partial`;
  try {
    return ok(octetsIn(path, partial, await open(partial, 'wx', 0o600)));
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    return taken
      ? usageFailure(`${partial} exists`, 'remove it: a run that was stopped left it behind')
      : cannotWrite(path, error);
  }
}

function octetsIn(path: string, partial: string, file: FileHandle): NewOctets {
  const hash = createHash('sha256');
  let octets = 0;
  return {
    take: async (pieces) => {
      for await (const piece of pieces) {
        hash.update(piece);
        octets += piece.length;
        await file.writeFile(piece);
      }
    },
    finish: async () => {
      try {
        await file.sync();
        await link(partial, path);
        await syncDirectory(dirname(path));
        return ok({ octets, sha256: hash.digest('hex') });
      } catch (error) {
        return cannotWrite(path, error);
      }
    },
    discard: async () => {
      await file.close();
      await unlink(partial).catch(() => undefined);
    },
  };
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  await handle.sync().finally(() => handle.close());
}

function cannotWrite(path: string, error: unknown): Result<never, Failure> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return usageFailure(`cannot write ${path} (${code})`, 'give another file');
}
