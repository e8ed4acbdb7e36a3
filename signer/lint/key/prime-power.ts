import { greatestCommonDivisor, powerOfTwo } from '../../issuance/big-integer.ts';
import { type KeyCheck, rsaCheck } from './candidate.ts';

/**
 * Neither a prime nor a power of one. Were n = p^k, 2^n = 2 modulo p (Fermat), and p would divide
 * 2^n - 2: a divisor of 1 rules that out. It is 1 for every sound modulus but for chances like those
 * of guessing the key.
 */
export const primePowerCheck: KeyCheck = rsaCheck(
  'not a prime power',
  'CSR-6',
  'CSBR 6.1.6; TLSBR 6.1.6',
  ({ modulus }) =>
    greatestCommonDivisor(modulus, powerOfTwo(modulus, modulus) + modulus - 2n) === 1n
      ? null
      : 'the modulus may be a prime or a power of a prime',
);
