/** Octets that are written one after the other, without an array for each piece. */
export class OctetBuffer {
  #bytes: Uint8Array;
  #length = 0;

  /** `expected` is about how long it will get. */
  constructor(expected: number) {
    this.#bytes = new Uint8Array(expected);
  }

  get length(): number {
    return this.#length;
  }

  /** Answers where `octets` begin. */
  append(octets: Uint8Array): number {
    const at = this.reserve(octets.length);
    this.#bytes.set(octets, at);
    return at;
  }

  /** Big-endian, in as many octets as are asked for; the caller has seen to it that it fits. */
  appendUnsigned(value: number, octets: number): void {
    const at = this.reserve(octets);
    let rest = value;
    for (let i = octets - 1; i >= 0; i--) {
      this.#bytes[at + i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }

  /** Over octets that were appended before. */
  overwrite(at: number, octets: Uint8Array): void {
    if (at + octets.length > this.#length) throw new RangeError('past the end');
    this.#bytes.set(octets, at);
  }

  /** Appends zeros; answers where they begin. */
  reserve(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
    }
    return at;
  }

  /** All that was written, in memory of its own. */
  copy(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}
