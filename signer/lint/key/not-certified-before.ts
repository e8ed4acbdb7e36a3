import { historyCheck, type KeyCheck } from './candidate.ts';

/** A key is certified once, by whichever authority: renewal, re-key and further certificates need another. */
export const notCertifiedBeforeCheck: KeyCheck = historyCheck(
  'never certified before',
  'CSR-5',
  'CP 4.6, 4.7; CSBR 6.1.1.3 item 4',
  ({ holder }) => (holder === null ? null : `${holder}; make a new key`),
);
