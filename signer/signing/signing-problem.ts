import type { KeystoreError } from '../keystore/keystore.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { SigningError } from './signing-error.ts';

/** What the person who asked is told when a key did not sign. */
export function signingProblem(error: SigningError): OperationError {
  switch (error.code) {
    case 'keystore-unknown':
      return { code: 'keystore-unknown', keystore: error.keystore, known: error.known };
    case 'signature-wrong':
      return {
        code: 'signing-failed',
        reason: `the signature by ${error.keyLabel} does not verify and was thrown away`,
        remedy: 'Check the HSM and its module before any key is used again.',
      };
    case 'door-busy':
      return {
        code: 'signing-failed',
        reason: 'other signatures come first',
        remedy: 'Ask again in a second.',
      };
    case 'verifying-failed':
      return {
        code: 'signing-failed',
        reason: `signatures could not be verified: ${error.reason}`,
        remedy: 'Nothing was lost; it is tried again.',
      };
    case 'artifact-wrong':
      return {
        code: 'signing-failed',
        reason: `the signed ${error.artifact} says ${error.field} ${error.found} where ${error.meant} was meant, and was thrown away`,
        remedy: 'This is a bug in inkan: report it with the audit log’s last lines.',
      };
    case 'keystore':
      return keystoreProblem(error.error);
  }
}

function keystoreProblem(error: KeystoreError): OperationError {
  const failed = (reason: string, remedy: string): OperationError => ({
    code: 'signing-failed',
    reason,
    remedy,
  });
  switch (error.code) {
    case 'keystore-unavailable':
      return failed(error.reason, error.remedy);
    case 'passphrase-wrong':
      return failed(
        'the passphrase does not open the key',
        'Restart the signer with the right passphrase.',
      );
    case 'pin-incorrect':
      return failed(
        'the token refused the PIN',
        'Restart the signer with the right PIN; tokens lock after a few wrong ones.',
      );
    case 'key-missing':
      return failed(`the key ${error.label} is missing`, 'Restore the keystore from its backup.');
    case 'key-exists':
      return failed(
        `the key ${error.label} exists already`,
        'Ask again; a new label is chosen each time.',
      );
    case 'key-unfit':
      return failed(
        `the key ${error.label} is unfit: ${error.reason}`,
        'Restore the key from its backup or make a new one.',
      );
    case 'algorithm-unsupported':
      return failed(
        `the keystore does not support ${error.algorithm}`,
        'Choose another keystore or change the policy.',
      );
    case 'signing-failed':
      return failed(error.reason, 'Check the keystore; what was recorded is retried.');
  }
}
