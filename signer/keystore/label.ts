import type { KeystoreError } from './keystore.ts';

const LABEL = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** A label is a file name and a CKA_LABEL: nothing that could leave a directory or be encoded twice. */
export function labelError(label: string): KeystoreError | undefined {
  if (LABEL.test(label)) return undefined;
  return {
    code: 'key-unfit',
    label,
    reason: 'a label is 1 to 64 of a-z, 0-9 and hyphen, and does not begin with a hyphen',
  };
}
