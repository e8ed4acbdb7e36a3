import { primesBelow } from '../../issuance/big-integer.ts';
import { type KeyCheck, rsaCheck } from './candidate.ts';

/**
 * CVE-2017-15361: Infineon's library made primes that are powers of 65537 modulo the product of the
 * first primes, and so is their product. Where 65537 generates every residue nothing is said; over
 * all primes to 167 a sound modulus looks so once in about 2^28 times.
 */
const POWERS = primesBelow(168)
  .filter((prime) => prime > 2)
  .map((prime) => ({ prime: BigInt(prime), powers: powersOf(65_537 % prime, prime) }));

export const rocaCheck: KeyCheck = rsaCheck(
  'not made by a ROCA library',
  'CSR-7',
  'CSBR 6.1.1.3; TLSBR 6.1.1.3 item 5 (CVE-2017-15361)',
  ({ modulus }) =>
    POWERS.every(({ prime, powers }) => powers.has(Number(modulus % prime)))
      ? 'the modulus has the fingerprint of ROCA (CVE-2017-15361)'
      : null,
);

function powersOf(generator: number, prime: number): ReadonlySet<number> {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * generator) % prime) powers.add(power);
  return powers;
}
