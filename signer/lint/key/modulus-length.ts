import { type KeyCheck, rsaCheck } from './candidate.ts';

export const modulusLengthCheck: KeyCheck = rsaCheck(
  'modulus length',
  'CSR-6',
  'CSBR 6.1.5; TLSBR 6.1.5',
  ({ modulusLength }) =>
    modulusLength % 8 === 0 ? null : `the modulus has ${modulusLength} bits, not a multiple of 8`,
);
