import { squareRoot } from '../../issuance/big-integer.ts';
import { type KeyCheck, rsaCheck } from './candidate.ts';

const ROUNDS = 100;

/** Fermat's method: p and q so close that n = a^2 - b^2 for an a within 100 of the root of n. */
export const fermatCheck: KeyCheck = rsaCheck(
  'factors far apart (Fermat, 100 rounds)',
  'CSR-7',
  'CSBR 6.1.1.3; TLSBR 6.1.1.3 item 5',
  ({ modulus }) => {
    let a = squareRoot(modulus);
    if (a * a < modulus) a += 1n;
    let remainder = a * a - modulus;
    for (let round = 1; round <= ROUNDS; round++) {
      if (isSquare(remainder)) return `Fermat's method factors the modulus in round ${round}`;
      remainder += 2n * a + 1n;
      a += 1n;
    }
    return null;
  },
);

function isSquare(value: bigint): boolean {
  const low = value & 15n;
  if (low !== 0n && low !== 1n && low !== 4n && low !== 9n) return false;
  return squareRoot(value) ** 2n === value;
}
