import { open } from 'node:fs/promises';
import type { ReadStream, WriteStream } from 'node:tty';
import { err, ok, type Result } from '../../shared/result.ts';

/** Where a secret comes from. There is no form for a command line argument: `ps` shows those. */
export type PassphraseSource =
  /** The first line of a file that only its owner can read. */
  | { readonly file: string }
  | { readonly env: string }
  /** The text is shown on the terminal; what is typed is not. */
  | { readonly prompt: string };

export type PassphraseError =
  | { readonly code: 'passphrase-file-unreadable'; readonly file: string; readonly reason: string }
  /** `mode` is the permission bits in octal; `chmod 600` is the remedy. */
  | { readonly code: 'passphrase-file-exposed'; readonly file: string; readonly mode: string }
  | { readonly code: 'passphrase-variable-unset'; readonly env: string }
  | { readonly code: 'passphrase-no-terminal' }
  | { readonly code: 'passphrase-cancelled' }
  | { readonly code: 'passphrase-empty' };

/** The world as the composition root sees it. */
export interface PassphraseWorld {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly terminal: {
    readonly input: Pick<ReadStream, 'isTTY' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>;
    readonly output: Pick<WriteStream, 'write'>;
  };
}

const GROUP_OR_OTHER = 0o077;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** The passphrase or PIN in octets, never empty. The caller erases it when it is no longer needed. */
export async function readPassphrase(
  source: PassphraseSource,
  world: PassphraseWorld,
): Promise<Result<Uint8Array, PassphraseError>> {
  const read = await readFrom(source, world);
  return read.ok && read.value.length === 0 ? err({ code: 'passphrase-empty' }) : read;
}

async function readFrom(
  source: PassphraseSource,
  world: PassphraseWorld,
): Promise<Result<Uint8Array, PassphraseError>> {
  if ('file' in source) return fromFile(source.file);
  if ('prompt' in source) return fromTerminal(source.prompt, world.terminal);
  const value = world.environment[source.env];
  if (value === undefined) return err({ code: 'passphrase-variable-unset', env: source.env });
  return ok(Buffer.from(value));
}

async function fromFile(file: string): Promise<Result<Uint8Array, PassphraseError>> {
  try {
    const handle = await open(file, 'r');
    try {
      // Asked of the open file, so that it cannot be another one by the time it is read.
      const { mode } = await handle.stat();
      if ((mode & GROUP_OR_OTHER) !== 0) {
        return err({ code: 'passphrase-file-exposed', file, mode: (mode & 0o777).toString(8) });
      }
      return ok(firstLine(await handle.readFile()));
    } finally {
      await handle.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown error';
    return err({ code: 'passphrase-file-unreadable', file, reason });
  }
}

function firstLine(contents: Buffer): Buffer {
  const lineFeed = contents.indexOf(LINE_FEED);
  const end = lineFeed < 0 ? contents.length : lineFeed;
  return contents.subarray(0, contents[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
}

// What an octet from a terminal in raw mode means; every other one is part of the passphrase.
const CANCEL = new Set([3, 4]);
const FINISH = new Set([LINE_FEED, CARRIAGE_RETURN]);
const ERASE = new Set([8, 127]);

/** Reads a line in raw mode: no echo, not even of the length. Control-C and Control-D cancel. */
function fromTerminal(
  prompt: string,
  { input, output }: PassphraseWorld['terminal'],
): Promise<Result<Uint8Array, PassphraseError>> {
  if (!input.isTTY) return Promise.resolve(err({ code: 'passphrase-no-terminal' }));
  return new Promise((resolve) => {
    const typed: number[] = [];
    const finish = (result: Result<Uint8Array, PassphraseError>): void => {
      input.off('data', take);
      input.off('end', cancel);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
      resolve(result);
    };
    const cancel = (): void => finish(err({ code: 'passphrase-cancelled' }));
    const take = (chunk: Uint8Array): void => {
      const outcome = takeOctets(Buffer.from(chunk), typed);
      if (outcome === 'cancelled') cancel();
      if (outcome === 'finished') finish(ok(Uint8Array.from(typed)));
    };
    output.write(prompt);
    input.setRawMode(true);
    input.on('data', take);
    input.on('end', cancel);
    input.resume();
  });
}

function takeOctets(octets: Uint8Array, typed: number[]): 'cancelled' | 'finished' | 'going-on' {
  for (const octet of octets) {
    if (CANCEL.has(octet)) return 'cancelled';
    if (FINISH.has(octet)) return 'finished';
    if (ERASE.has(octet)) eraseCharacter(typed);
    else typed.push(octet);
  }
  return 'going-on';
}

/** Takes back one character of UTF-8 (RFC 3629 3): the continuation octets and what began them. */
function eraseCharacter(typed: number[]): void {
  let octet = typed.pop();
  while (octet !== undefined && octet >= 0x80 && octet < 0xc0) octet = typed.pop();
}
