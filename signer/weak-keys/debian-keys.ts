import { checkPrimeSync, createECDH, createHash } from 'node:crypto';
import {
  bitLength,
  bytesFromInteger,
  greatestCommonDivisor,
  integerFromBytes,
  primesBelow,
} from '../issuance/big-integer.ts';
import type { KeyKind } from '../operations/views.ts';
import { type DebianArchitecture, DebianRandom } from './debian-random.ts';

/**
 * How the key was made: by `openssl` with ~/.rnd, without it in the older and the newer versions, or
 * by `ssh-keygen` (RSA only). The command and the format of the key do not matter.
 */
export type DebianProgram = 'rnd' | 'nornd-old' | 'nornd-new' | 'ssh';

export const DEBIAN_PROGRAMS: Readonly<Record<'RSA' | 'EC', readonly DebianProgram[]>> = {
  RSA: ['rnd', 'nornd-old', 'nornd-new', 'ssh'],
  EC: ['rnd', 'nornd-old', 'nornd-new'],
};

/** Process numbers of Linux then. */
export const DEBIAN_PROCESS_IDS = 32_768;

/** SHA-256 of the modulus or x-coordinate of the key that this process made (formats.md 11). */
export function debianFingerprint(
  kind: KeyKind,
  architecture: DebianArchitecture,
  program: DebianProgram,
  processId: number,
): Uint8Array {
  const random = startedRandom(architecture, program, processId);
  const secret =
    kind === 'P-256' || kind === 'P-384'
      ? bytesFromInteger(ecX(random, kind))
      : bytesFromInteger(rsaModulus(random, Number(kind.slice(4)), program === 'ssh' ? 35n : E));
  return new Uint8Array(createHash('sha256').update(secret).digest());
}

const E = 65_537n;

const RND_FILE_OCTETS = 1024;

/** The generator as it is when the program begins to make the key. */
function startedRandom(
  architecture: DebianArchitecture,
  program: DebianProgram,
  processId: number,
): DebianRandom {
  const random = new DebianRandom(architecture, processId);
  if (program === 'rnd' || program === 'nornd-old') random.add(architecture.statOctets, 0);
  if (program === 'rnd') random.add(RND_FILE_OCTETS, RND_FILE_OCTETS);
  else random.poll();
  // arc4random_stir
  if (program === 'ssh') random.bytes(20);
  return random;
}

const CURVES = {
  'P-256': {
    name: 'prime256v1',
    octets: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'P-384': {
    name: 'secp384r1',
    octets: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
} as const;

/** EC_KEY_generate_key. */
function ecX(random: DebianRandom, namedCurve: 'P-256' | 'P-384'): bigint {
  const { name, octets, order } = CURVES[namedCurve];
  let secret = 0n;
  while (secret === 0n) secret = below(random, order);
  const ecdh = createECDH(name);
  ecdh.setPrivateKey(Buffer.from(secret.toString(16).padStart(2 * octets, '0'), 'hex'));
  return integerFromBytes(ecdh.getPublicKey().subarray(1, 1 + octets));
}

/** RSA_generate_key. */
function rsaModulus(random: DebianRandom, modulusLength: number, e: bigint): bigint {
  const p = primeFor(random, modulusLength / 2, e);
  for (;;) {
    const q = primeFor(random, modulusLength / 2, e);
    if (q !== p) return p * q;
  }
}

function primeFor(random: DebianRandom, bits: number, e: bigint): bigint {
  for (;;) {
    const prime = nextPrime(random, bits);
    if (greatestCommonDivisor(prime - 1n, e) === 1n) return prime;
  }
}

/** The odd ones among the first 2,048 primes, which a candidate less 0 or 1 is not divisible by. */
const SIEVE = primesBelow(17_864).slice(1);

/** BN_generate_prime: what its test of a candidate draws is drawn here too. */
function nextPrime(random: DebianRandom, bits: number): bigint {
  for (;;) {
    const candidate = sieved(random, bits);
    const isPrime = checkPrimeSync(candidate);
    const rounds = isPrime ? roundsFor(bits) : 1;
    for (let round = 0; round < rounds; round++) below(random, candidate - 1n);
    if (isPrime) return candidate;
  }
}

/** BN_prime_checks_for_size; a composite number is found out in its first round. */
function roundsFor(bits: number): number {
  if (bits >= 1300) return 2;
  return bits >= 850 ? 3 : 5;
}

function sieved(random: DebianRandom, bits: number): bigint {
  const start = draw(random, bits) | (3n << BigInt(bits - 2)) | 1n;
  const residues = SIEVE.map((prime) => Number(start % BigInt(prime)));
  for (let delta = 0; ; delta += 2) {
    const free = SIEVE.every((prime, index) => ((residues[index] ?? 0) + delta) % prime > 1);
    if (free) return start + BigInt(delta);
  }
}

/** BN_rand_range and BN_pseudo_rand_range, for limits whose second bit is set. */
function below(random: DebianRandom, limit: bigint): bigint {
  for (;;) {
    const value = draw(random, bitLength(limit));
    if (value < limit) return value;
  }
}

/** BN_rand for a length that is a multiple of eight. */
function draw(random: DebianRandom, bits: number): bigint {
  random.addTime();
  return integerFromBytes(random.bytes(bits / 8));
}
