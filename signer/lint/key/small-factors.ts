import { primesBelow } from '../../issuance/big-integer.ts';
import { type KeyCheck, rsaCheck } from './candidate.ts';

const PRIMES = primesBelow(752).map(BigInt);

/** Odd, and no factor below 752. */
export const smallFactorsCheck: KeyCheck = rsaCheck(
  'no small factor',
  'CSR-6',
  'CSBR 6.1.6; TLSBR 6.1.6',
  ({ modulus }) => {
    const factor = PRIMES.find((prime) => modulus % prime === 0n);
    return factor === undefined ? null : `the modulus is divisible by ${factor}`;
  },
);
