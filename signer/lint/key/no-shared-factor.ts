import { historyCheck, type KeyCheck } from './candidate.ts';

/** The greatest common divisor with every other modulus that this signer has seen is 1. */
export const noSharedFactorCheck: KeyCheck = historyCheck(
  'no factor in common with a key seen here',
  'CSR-7',
  'CSBR 6.1.1.3 item 3, 4.9.1',
  ({ sharedFactorWith }) =>
    sharedFactorWith === null
      ? null
      : `the modulus has a factor in common with ${sharedFactorWith}, so both private keys are public; make a new key with another random source`,
);
