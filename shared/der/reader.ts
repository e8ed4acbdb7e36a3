import { TAG } from './tags.ts';

/**
 * A cursor over strict DER (X.690 10 and 11): definite, minimal lengths; single-octet tags.
 * A method that meets anything else answers `undefined` and leaves the cursor where it was; the
 * decoder that asked turns that into its own error. Nothing is copied.
 */
export class DERReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start: number = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  atEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** The next identifier octet, or -1 at the end. */
  peekTag(): number {
    return this.#at < this.#end ? (this.#bytes[this.#at] ?? -1) : -1;
  }

  /** A reader over the contents of the next element, if it has this tag. */
  enter(tag: number): DERReader | undefined {
    const start = this.#contentsStart(tag);
    if (start < 0) return undefined;
    const contents = new DERReader(this.#bytes, start, this.#contentsEnd);
    this.#at = this.#contentsEnd;
    return contents;
  }

  /** The contents of the next element, if it has this tag. */
  contents(tag: number): Uint8Array | undefined {
    const start = this.#contentsStart(tag);
    if (start < 0) return undefined;
    this.#at = this.#contentsEnd;
    return this.#bytes.subarray(start, this.#contentsEnd);
  }

  /** The whole next element, identifier and length included, if it has this tag. */
  whole(tag: number): Uint8Array | undefined {
    const from = this.#at;
    if (this.#contentsStart(tag) < 0) return undefined;
    this.#at = this.#contentsEnd;
    return this.#bytes.subarray(from, this.#at);
  }

  /** X.690 8.3.2: the contents of an INTEGER in the fewest octets. */
  integer(): Uint8Array | undefined {
    const from = this.#at;
    const contents = this.contents(TAG.integer);
    if (contents && isMinimalInteger(contents)) return contents;
    this.#at = from;
    return undefined;
  }

  /** X.690 11.1: FF or 00. */
  boolean(): boolean | undefined {
    const from = this.#at;
    const contents = this.contents(TAG.boolean);
    if (contents?.length === 1 && (contents[0] === 0xff || contents[0] === 0))
      return contents[0] === 0xff;
    this.#at = from;
    return undefined;
  }

  /** X.690 8.19.2: the contents of an OBJECT IDENTIFIER, every arc whole and in the fewest octets. */
  objectIdentifier(): Uint8Array | undefined {
    const from = this.#at;
    const contents = this.contents(TAG.objectIdentifier);
    if (contents && isMinimalObjectIdentifier(contents)) return contents;
    this.#at = from;
    return undefined;
  }

  /** X.690 8.6.2 and 11.2.1: the octets of a BIT STRING whose length is a whole number of octets. */
  octetAlignedBits(): Uint8Array | undefined {
    const from = this.#at;
    const contents = this.contents(TAG.bitString);
    if (contents?.[0] === 0) return contents.subarray(1);
    this.#at = from;
    return undefined;
  }

  /** Steps over one element of any tag whose contents are well-formed DER down to `depth` levels. */
  skip(depth: number): boolean {
    const tag = this.peekTag();
    const start = this.#contentsStart(tag);
    if (start < 0) return false;
    const end = this.#contentsEnd;
    // X.690 10.2: of the universal types only SEQUENCE and SET are constructed, and they always.
    const constructed = (tag & 0x20) !== 0;
    const number = tag & 0x1f;
    if (tag < 0x40 && constructed !== (number === 16 || number === 17)) return false;
    if (constructed) {
      if (depth === 0) return false;
      const inner = new DERReader(this.#bytes, start, end);
      while (!inner.atEnd()) if (!inner.skip(depth - 1)) return false;
    }
    this.#at = end;
    return true;
  }

  #contentsEnd = 0;

  /** Where the contents of the next element begin, or -1; their end is left in `#contentsEnd`. */
  #contentsStart(tag: number): number {
    const bytes = this.#bytes;
    const at = this.#at;
    // A tag number of 31 announces further identifier octets; nothing here uses them. Tag 0 is
    // reserved for the end of indefinite lengths (X.690 8.1.5).
    if (at + 2 > this.#end || bytes[at] !== tag || (tag & 0x1f) === 0x1f || tag === 0) return -1;
    const first = bytes[at + 1] ?? 0;
    let start = at + 2;
    let length = first;
    if (first >= 0x80) {
      const octets = first & 0x7f;
      // 0x80 is the indefinite form; more than four octets would be over 4 GiB.
      if (octets === 0 || octets > 4 || start + octets > this.#end) return -1;
      length = 0;
      for (let i = 0; i < octets; i++) length = length * 256 + (bytes[start + i] ?? 0);
      if (length < 0x80 || length < 2 ** (8 * (octets - 1))) return -1;
      start += octets;
    }
    if (length > this.#end - start) return -1;
    this.#contentsEnd = start + length;
    return start;
  }
}

function isMinimalInteger(contents: Uint8Array): boolean {
  const [first, second] = contents;
  if (first === undefined) return false;
  if (second === undefined) return true;
  return !(first === 0 && second < 0x80) && !(first === 0xff && second >= 0x80);
}

function isMinimalObjectIdentifier(contents: Uint8Array): boolean {
  let arcBegins = true;
  for (const octet of contents) {
    if (arcBegins && octet === 0x80) return false;
    arcBegins = octet < 0x80;
  }
  return contents.length > 0 && arcBegins;
}
