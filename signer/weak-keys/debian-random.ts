import { createHash } from 'node:crypto';

/** What of a machine goes into the generator: the size and order of its `long`. */
export interface DebianArchitecture {
  readonly name: 'le64' | 'le32' | 'be32';
  readonly longOctets: 4 | 8;
  readonly bigEndian: boolean;
  /** sizeof(struct stat), which is added unread. */
  readonly statOctets: number;
}

/** amd64; i386; and PowerPC, SPARC and HPPA, which are alike. */
export const DEBIAN_ARCHITECTURES: readonly DebianArchitecture[] = [
  { name: 'le64', longOctets: 8, bigEndian: false, statOctets: 144 },
  { name: 'le32', longOctets: 4, bigEndian: false, statOctets: 88 },
  { name: 'be32', longOctets: 4, bigEndian: true, statOctets: 88 },
];

const POOL_OCTETS = 1023;
const DIGEST_OCTETS = 20;
const ENTROPY_NEEDED = 32;

/**
 * The random generator of OpenSSL 0.9.8 as Debian had it from 2006 to 2008 (CVE-2008-0166): what is
 * added to the pool is not hashed, only how much of it there is, so the process number is all that
 * differs between two runs. Deterministic; for making the list of weak keys and nothing else.
 */
export class DebianRandom {
  readonly #architecture: DebianArchitecture;
  readonly #processId: number;
  readonly #pool = Buffer.alloc(POOL_OCTETS);
  #digest: Buffer = Buffer.alloc(DIGEST_OCTETS);
  #at = 0;
  #filled = 0;
  #calls = 0;
  #blocks = 0;
  #entropy = 0;
  #polled = false;
  #stirred = false;

  constructor(architecture: DebianArchitecture, processId: number) {
    this.#architecture = architecture;
    this.#processId = processId;
  }

  /** RAND_add: `octets` is all that counts of what is added. */
  add(octets: number, entropy: number): void {
    let at = this.#at;
    let blocks = this.#blocks;
    let digest: Buffer = Buffer.from(this.#digest);
    this.#at = (this.#at + octets) % POOL_OCTETS;
    this.#filled = at + octets >= POOL_OCTETS ? POOL_OCTETS : Math.max(this.#filled, this.#at);
    this.#blocks += Math.ceil(octets / DIGEST_OCTETS);
    for (let done = 0; done < octets; done += DIGEST_OCTETS) {
      const length = Math.min(DIGEST_OCTETS, octets - done);
      const hash = createHash('sha1').update(digest);
      for (const part of this.#around(at, length, POOL_OCTETS)) hash.update(part);
      digest = hash.update(this.#counters(this.#calls, blocks)).digest();
      blocks += 1;
      at = this.#mix(digest, at, length, POOL_OCTETS);
    }
    for (const [index, octet] of digest.entries())
      this.#digest[index] = (this.#digest[index] ?? 0) ^ octet;
    if (this.#entropy < ENTROPY_NEEDED) this.#entropy += entropy;
  }

  /** RAND_add of a time_t. */
  addTime(): void {
    this.add(this.#architecture.longOctets, 0);
  }

  /** RAND_status: reads /dev/urandom, process number, user and time, once. */
  poll(): void {
    if (this.#polled) return;
    this.#polled = true;
    this.add(ENTROPY_NEEDED, ENTROPY_NEEDED);
    for (let i = 0; i < 3; i++) this.addTime();
  }

  /** RAND_bytes. */
  bytes(count: number): Buffer {
    this.poll();
    this.#stir(count);
    const half = DIGEST_OCTETS / 2;
    const { filled, counters, start } = this.#begin(Math.ceil(count / half) * half);
    let at = start;
    let digest: Buffer = Buffer.from(this.#digest);
    const parts: Buffer[] = [];
    for (let left = count; left > 0; left -= half) {
      const hash = createHash('sha1');
      if (left === count && this.#processId !== 0) hash.update(this.#pid());
      hash.update(digest).update(counters);
      for (const part of this.#around(at, half, filled)) hash.update(part);
      digest = hash.digest();
      at = this.#mix(digest, at, half, filled);
      parts.push(digest.subarray(half, half + Math.min(half, left)));
    }
    const last = createHash('sha1').update(counters).update(digest).update(this.#digest);
    this.#digest = last.digest();
    return Buffer.concat(parts);
  }

  #begin(advance: number): { filled: number; counters: Buffer; start: number } {
    const start = this.#at;
    const filled = this.#filled;
    const counters = this.#counters(this.#calls, this.#blocks);
    this.#at += advance;
    if (this.#at > filled) this.#at %= filled;
    this.#calls += 1;
    return { filled, counters, start };
  }

  /** Until there was entropy enough, each call goes through the whole pool first. */
  #stir(count: number): void {
    if (this.#stirred) return;
    const enough = this.#entropy >= ENTROPY_NEEDED;
    if (!enough) this.#entropy = Math.max(0, this.#entropy - count);
    for (let left = POOL_OCTETS; left > 0; left -= DIGEST_OCTETS) this.add(DIGEST_OCTETS, 0);
    this.#stirred = enough;
  }

  #around(at: number, length: number, size: number): readonly Buffer[] {
    const over = at + length - size;
    if (over <= 0) return [this.#pool.subarray(at, at + length)];
    return [this.#pool.subarray(at, at + length - over), this.#pool.subarray(0, over)];
  }

  #mix(digest: Buffer, from: number, length: number, size: number): number {
    let at = from;
    for (const octet of digest.subarray(0, length)) {
      this.#pool[at] = (this.#pool[at] ?? 0) ^ octet;
      at = (at + 1) % size;
    }
    return at;
  }

  #pid(): Buffer {
    const octets = Buffer.alloc(4);
    if (this.#architecture.bigEndian) octets.writeUInt32BE(this.#processId);
    else octets.writeUInt32LE(this.#processId);
    return octets;
  }

  /** `long md_count[2]` as it lies in memory. */
  #counters(calls: number, blocks: number): Buffer {
    const { longOctets, bigEndian } = this.#architecture;
    const octets = Buffer.alloc(2 * longOctets);
    for (const [index, value] of [calls, blocks].entries()) {
      if (bigEndian) octets.writeUInt32BE(value, (index + 1) * longOctets - 4);
      else octets.writeUInt32LE(value, index * longOctets);
    }
    return octets;
  }
}
