import process from 'node:process';
import { joined } from '../support/octets.ts';

/** A number in [0, 1); the same seed gives the same numbers (mulberry32). */
export type Random = () => number;

/** `npm run fuzz` counts its rounds here; round 0 is that of `npm test`, with the seeds of the tests. */
const ROUND = Number(process.env['INKAN_FUZZ_ROUND'] ?? 0);

export function seededRandom(seed: number): Random {
  let state = (seed + ROUND * 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

export function randomOctets(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => below(random, 256));
}

type Mutation = (random: Random, bytes: Uint8Array, other: Uint8Array) => Uint8Array;

const truncate: Mutation = (random, bytes) => bytes.slice(0, below(random, bytes.length + 1));

const flipBits: Mutation = (random, bytes) => {
  const copy = bytes.slice();
  for (let i = 1 + below(random, 3); i > 0 && copy.length > 0; i--) {
    const at = below(random, copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << below(random, 8));
  }
  return copy;
};

/** Octets that lengths and counts are made of, at their edges. */
const EDGES = [0x00, 0x01, 0x05, 0x1f, 0x30, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x85, 0xa0, 0xfe, 0xff];

const setEdge: Mutation = (random, bytes) => {
  const copy = bytes.slice();
  if (copy.length > 0) copy[below(random, copy.length)] = EDGES[below(random, EDGES.length)] ?? 0;
  return copy;
};

/** Lengths of up to 4 GiB, for DER and for big-endian counts. */
const BOMBS = [
  'ffff',
  'ffffffff',
  '84ffffffff',
  '84ffffff',
  '847fffffff',
  '830fffff',
  '80',
  '820000',
];

const bombLength: Mutation = (random, bytes) => {
  const bomb = new Uint8Array(Buffer.from(BOMBS[below(random, BOMBS.length)] ?? '', 'hex'));
  const at = below(random, bytes.length + 1);
  return joined(bytes.subarray(0, at), bomb, bytes.subarray(at + below(random, bomb.length + 1)));
};

const splice: Mutation = (random, bytes, other) => {
  const from = below(random, other.length + 1);
  const piece = other.subarray(from, from + below(random, 80));
  const at = below(random, bytes.length + 1);
  return joined(bytes.subarray(0, at), piece, bytes.subarray(at + below(random, 80)));
};

const insert: Mutation = (random, bytes) => {
  const at = below(random, bytes.length + 1);
  const piece = randomOctets(random, 1 + below(random, 4));
  return joined(bytes.subarray(0, at), piece, bytes.subarray(at));
};

const remove: Mutation = (random, bytes) => {
  const at = below(random, bytes.length + 1);
  return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, 4)));
};

const double: Mutation = (_, bytes) => joined(bytes, bytes);

const MUTATIONS = [
  truncate,
  flipBits,
  flipBits,
  setEdge,
  setEdge,
  bombLength,
  splice,
  insert,
  remove,
  double,
];

/** `count` inputs: valid ones changed once to three times, and one in sixteen of random octets. */
export function* mutated(
  random: Random,
  valid: readonly Uint8Array[],
  count: number,
): Generator<Uint8Array> {
  const pick = () => valid[below(random, valid.length)] ?? new Uint8Array(0);
  for (let i = 0; i < count; i++) {
    if (i % 16 === 0) {
      yield randomOctets(random, below(random, 400));
      continue;
    }
    let bytes = pick();
    for (let rounds = 1 + below(random, 3); rounds > 0; rounds--) {
      bytes = (MUTATIONS[below(random, MUTATIONS.length)] ?? flipBits)(random, bytes, pick());
    }
    yield bytes;
  }
}

/** Every truncation of one input. */
export function* truncations(bytes: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length < bytes.length; length++) yield bytes.slice(0, length);
}

/** Every input with one bit changed. */
export function* bitFlips(bytes: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const copy = bytes.slice();
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield copy;
  }
}
