import process from 'node:process';
import type { Result } from '../../shared/result.ts';
import {
  type PassphraseError,
  type PassphraseSource,
  readPassphrase,
} from '../keystore/passphrase.ts';

/** A passphrase for a command that opens no keystore; typed on the terminal it is not shown. */
export function readSecret(
  source: PassphraseSource,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<Uint8Array, PassphraseError>> {
  const terminal = { input: process.stdin, output: process.stderr };
  return readPassphrase(source, { environment, terminal });
}
