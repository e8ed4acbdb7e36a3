import { asciiBytes, asciiText } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';

/** POSIX.1-2017 pax, "ustar Interchange Format": regular files only, names of at most 100 octets. */
const BLOCK = 512;
const NAME_MAX = 100;
const SIZE_FIELD = { at: 124, length: 12 };
const CHECKSUM_FIELD = { at: 148, length: 8 };
const REGULAR = 0x30;
/** Eleven octal digits; larger sizes are written in base 256, as GNU tar and libarchive do. */
const OCTAL_MOST = 0o77777777777;

export interface TarFile {
  /** Relative, of letters, digits, `.`, `_`, `-` between slashes. */
  readonly path: string;
  readonly size: number;
  readonly contents: () => AsyncIterable<Uint8Array>;
}

/** What cannot be read as such an archive; `reason` says where it breaks. */
export interface TarError {
  readonly code: 'archive-malformed';
  readonly reason: string;
}

/** Nothing that could leave the directory it is unpacked into: no empty, `.` or `..` segment. */
export function isArchivePath(path: string): boolean {
  if (path.length > NAME_MAX) return false;
  return path
    .split('/')
    .every((segment) => /^[A-Za-z0-9._-]+$/.test(segment) && segment !== '.' && segment !== '..');
}

/** Throws when a file has another length than it was said to have: it changed under the reader. */
export async function* writeTar(files: readonly TarFile[]): AsyncGenerator<Uint8Array> {
  for (const { path, size, contents } of files) {
    yield header(path, size);
    let written = 0;
    for await (const piece of contents()) {
      written += piece.length;
      yield piece;
    }
    if (written !== size) throw new Error(`${path} changed while it was read`);
    if (size % BLOCK > 0) yield new Uint8Array(BLOCK - (size % BLOCK));
  }
  yield new Uint8Array(2 * BLOCK);
}

function header(path: string, size: number): Uint8Array {
  if (!isArchivePath(path)) throw new Error(`${path} cannot be archived under this name`);
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string) => block.set(asciiBytes(text), at);
  put(0, path);
  put(100, '0000600\0');
  put(108, '0000000\0');
  put(116, '0000000\0');
  block.set(sizeField(size), SIZE_FIELD.at);
  put(136, '00000000000\0');
  put(156, '0');
  put(257, 'ustar\x0000');
  put(CHECKSUM_FIELD.at, `${checksum(block).toString(8).padStart(6, '0')}\0 `);
  return block;
}

function sizeField(size: number): Uint8Array {
  if (size <= OCTAL_MOST) return asciiBytes(`${size.toString(8).padStart(11, '0')}\0`);
  const field = new Uint8Array(SIZE_FIELD.length);
  field[0] = 0x80;
  let rest = size;
  for (let i = SIZE_FIELD.length - 1; rest > 0; i--) {
    field[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return field;
}

/** The sum of all octets, those of the field itself taken as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 0;
  for (const [i, octet] of block.entries()) {
    const inField = i >= CHECKSUM_FIELD.at && i < CHECKSUM_FIELD.at + CHECKSUM_FIELD.length;
    sum += inField ? 0x20 : octet;
  }
  return sum;
}

interface TarHeader {
  readonly path: string;
  readonly size: number;
}

/**
 * Hands each file to `take`, which must read all its pieces, in the order of the archive. Refuses
 * links, directories, doubled names, names that `isArchivePath` does not know and what is truncated.
 */
export async function readTar<E>(
  source: AsyncIterable<Uint8Array>,
  take: (file: TarHeader, pieces: AsyncIterable<Uint8Array>) => Promise<Result<true, E>>,
): Promise<Result<true, E | TarError>> {
  const reader = new PieceReader(source);
  const seen = new Set<string>();
  for (;;) {
    const block = await reader.exactly(BLOCK);
    if (!block) return malformed('it ends before its end');
    if (block.every((octet) => octet === 0)) return ok(true);
    const file = readHeader(block);
    if (!file.ok) return file;
    if (seen.has(file.value.path)) return malformed(`${file.value.path} is in it twice`);
    seen.add(file.value.path);
    const taken = await take(file.value, reader.pieces(file.value.size));
    if (!taken.ok) return taken;
    const padding = (BLOCK - (file.value.size % BLOCK)) % BLOCK;
    if (!(await reader.exactly(padding))) return malformed(`${file.value.path} is cut off`);
  }
}

function readHeader(block: Uint8Array): Result<TarHeader, TarError> {
  const text = (at: number, length: number) => {
    const field = block.subarray(at, at + length);
    const end = field.indexOf(0);
    const read = asciiText(end < 0 ? field : field.subarray(0, end));
    return read.ok ? read.value : '';
  };
  if (text(257, 6) !== 'ustar' || block[156] !== REGULAR) return malformed('not a regular file');
  if (Number.parseInt(text(CHECKSUM_FIELD.at, 6), 8) !== checksum(block))
    return malformed('the checksum of a header is wrong');
  const path = text(0, NAME_MAX);
  if (!isArchivePath(path)) return malformed('a name that leads elsewhere');
  const size = readSize(block.subarray(SIZE_FIELD.at, SIZE_FIELD.at + SIZE_FIELD.length));
  if (size === undefined) return malformed(`the size of ${path}`);
  return ok({ path, size });
}

function readSize(field: Uint8Array): number | undefined {
  if (field[0] === 0x80) {
    const size = field.subarray(1).reduce((sum, octet) => sum * 256 + octet, 0);
    return Number.isSafeInteger(size) ? size : undefined;
  }
  const digits = asciiText(field.subarray(0, 11));
  return digits.ok && /^[0-7]{11}$/.test(digits.value)
    ? Number.parseInt(digits.value, 8)
    : undefined;
}

function malformed(reason: string): Result<never, TarError> {
  return err({ code: 'archive-malformed', reason });
}

/** Pieces of any length, read in lengths that are asked for. */
class PieceReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#pieces = source[Symbol.asyncIterator]();
  }

  /** At most `most` octets, at least one; undefined at the end. */
  async #next(most: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#pieces.next();
      if (next.done) return undefined;
      this.#rest = next.value;
    }
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  async exactly(length: number): Promise<Uint8Array | undefined> {
    const whole = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const piece = await this.#next(length - at);
      if (!piece) return undefined;
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  /** Ends early where the source ends; whoever takes them counts. */
  async *pieces(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0; ) {
      const piece = await this.#next(left);
      if (!piece) return;
      left -= piece.length;
      yield piece;
    }
  }
}
