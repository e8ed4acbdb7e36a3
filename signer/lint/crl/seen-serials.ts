/** RFC 5280 4.1.2.2: no serial number has more contents octets. */
const LONGEST = 20;

/**
 * The fewest octets of an entry: SEQUENCE, a serial number of one octet, UTCTime, reasonCode. One
 * without the reasonCode has 20, more than half, so even a list of those leaves places free.
 */
const SHORTEST_ENTRY = 34;

/**
 * The serial numbers of one list, kept as places in its own octets: four to sixteen octets each
 * whatever their length, so that a million entries cost no million strings.
 */
export class SeenSerials {
  readonly #list: Uint8Array;
  /** Open addressing, at most half full, and never full whatever has a time: 1 + where the contents begin, 0 for none. */
  readonly #places: Uint32Array;
  readonly #mask: number;

  constructor(list: Uint8Array) {
    this.#list = list;
    const most = Math.ceil(list.length / SHORTEST_ENTRY);
    const size = 2 ** Math.ceil(Math.log2(2 * Math.max(8, most)));
    this.#places = new Uint32Array(size);
    this.#mask = size - 1;
  }

  /**
   * Takes contents octets that are a part of the list, their length octet before them; answers
   * whether they are new. More than 20 octets are nobody's serial number.
   */
  add(contents: Uint8Array): 'new' | 'seen' | 'too-long' {
    if (contents.length > LONGEST) return 'too-long';
    const start = contents.byteOffset - this.#list.byteOffset;
    for (let slot = hashOf(contents) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const place = this.#places[slot] ?? 0;
      if (place === 0) {
        this.#places[slot] = start + 1;
        return 'new';
      }
      if (this.#isSame(place - 1, contents)) return 'seen';
    }
  }

  #isSame(start: number, contents: Uint8Array): boolean {
    if (this.#list[start - 1] !== contents.length) return false;
    for (let i = 0; i < contents.length; i++) {
      if (this.#list[start + i] !== contents[i]) return false;
    }
    return true;
  }
}

/** FNV-1a with the finish of MurmurHash3, as docs/formats.md has it for places. */
function hashOf(octets: Uint8Array): number {
  let h = 0x811c9dc5;
  for (const octet of octets) h = Math.imul(h ^ octet, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
