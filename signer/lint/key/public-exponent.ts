import { type KeyCheck, rsaCheck } from './candidate.ts';

/** CSBR 6.1.6: odd, at least 3 (MUST) and from 2^16 + 1 to 2^256 - 1 (SHOULD, enforced). */
export const publicExponentCheck: KeyCheck = rsaCheck(
  'public exponent',
  'CSR-6',
  'CSBR 6.1.6',
  ({ publicExponent }) =>
    publicExponent >= 65_537n && publicExponent < 1n << 256n && publicExponent % 2n === 1n
      ? null
      : `the RSA exponent ${exponentText(publicExponent)} is not an odd number from 65537 to 2^256 - 1`,
);

function exponentText(exponent: bigint): string {
  return exponent < 1n << 64n ? String(exponent) : `0x${exponent.toString(16).slice(0, 16)}…`;
}
