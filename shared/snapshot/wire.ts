import { asciiBytes, asciiText } from '../bytes.ts';
import { OctetBuffer } from '../octet-buffer.ts';
import { BugError, err, type Result } from '../result.ts';
import { type UnixSeconds, unixSeconds } from '../time.ts';

/** Why a blob is refused. Decoders never throw, whatever the octets. */
export type SnapshotFormatError = {
  readonly code: 'snapshot-format';
  readonly part: 'head' | 'root' | 'shard-page' | 'file-page' | 'ocsp-shard';
  readonly reason: string;
};

export type Decoded<T> = Result<T, SnapshotFormatError>;

export function refuse(
  part: SnapshotFormatError['part'],
  reason: string,
): { readonly ok: false; readonly error: SnapshotFormatError } {
  return err({ code: 'snapshot-format', part, reason });
}

export const SHA256_LENGTH = 32;

/**
 * Reads the big-endian fields of docs/formats.md. Reading past the end, or a field that breaks its
 * rule, sets `failed` and yields zeros from then on, so a decoder checks once, after its last field
 * and before every loop that a count drives.
 */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** Every octet was read and every field kept its rule. */
  get complete(): boolean {
    return !this.#failed && this.#at === this.#bytes.length;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  get offset(): number {
    return this.#at;
  }

  fail(): void {
    this.#failed = true;
  }

  octets(length: number): Uint8Array {
    if (this.#failed || length > this.remaining) {
      this.#failed = true;
      return new Uint8Array(0);
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  skip(length: number): void {
    if (this.#failed || length > this.remaining) this.#failed = true;
    else this.#at += length;
  }

  unsigned(octets: 1 | 2 | 4 | 6): number {
    if (this.#failed || octets > this.remaining) {
      this.#failed = true;
      return 0;
    }
    let value = 0;
    for (let i = 0; i < octets; i++) value = value * 256 + (this.#bytes[this.#at + i] ?? 0);
    this.#at += octets;
    return value;
  }

  /** Six octets, 1970 to 9999. */
  time(): UnixSeconds {
    const seconds = this.unsigned(6);
    if (seconds <= 253_402_300_799) return unixSeconds(seconds);
    this.#failed = true;
    return unixSeconds(0);
  }

  /** A time, or null written as zero. */
  timeOrNull(): UnixSeconds | null {
    const time = this.time();
    return time === 0 ? null : time;
  }

  /** One octet of length, then as many of ASCII. */
  shortText(): string {
    const text = asciiText(this.octets(this.unsigned(1)));
    if (text.ok) return text.value;
    this.#failed = true;
    return '';
  }

  /** The four magic octets and the format version 1. */
  expectMagic(magic: string): void {
    const text = asciiText(this.octets(4));
    if (!text.ok || text.value !== magic || this.unsigned(1) !== 1) this.#failed = true;
  }
}

/** Writes what `WireReader` reads; a value that does not fit its field is a bug. */
export class WireWriter {
  readonly #octets = new OctetBuffer(256);

  octets(bytes: Uint8Array, length: number = bytes.length): this {
    if (bytes.length !== length)
      throw new BugError(`field of ${length} octets got ${bytes.length}`);
    this.#octets.append(bytes);
    return this;
  }

  unsigned(value: number, octets: 1 | 2 | 4 | 6): this {
    if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** octets) {
      throw new BugError(`${value} does not fit ${octets} octets`);
    }
    this.#octets.appendUnsigned(value, octets);
    return this;
  }

  time(time: UnixSeconds | null): this {
    return this.unsigned(time ?? 0, 6);
  }

  shortText(text: string): this {
    return this.unsigned(text.length, 1).octets(asciiBytes(text));
  }

  magic(magic: string): this {
    return this.octets(asciiBytes(magic), 4).unsigned(1, 1);
  }

  bytes(): Uint8Array {
    return this.#octets.copy();
  }
}
