import { type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { opensslOk, type ScratchDirectory } from '../../../support/openssl.ts';
import { elementAt, wrapped } from '../lint/der-edit.ts';

/** `openssl req` options that make a key. */
export const NEW_KEY = {
  'RSA-2048': ['-newkey', 'rsa:2048'],
  'RSA-3072': ['-newkey', 'rsa:3072'],
  'P-256': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  'P-521': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  Ed25519: ['-newkey', 'ed25519'],
} as const;

export const SUBJECT = '/C=JP/O=Example/CN=TSA 01';

/** A new key by openssl; answers the path of its PEM. */
export function newKey(
  scratch: ScratchDirectory,
  name: string,
  kind: keyof typeof NEW_KEY,
): string {
  requestByOpenSSL(scratch, name, [...NEW_KEY[kind], '-nodes', '-keyout', scratch.file(name)]);
  return scratch.file(name);
}

/** DER of the CertificationRequest that `openssl req -new <args>` writes. */
export function requestByOpenSSL(
  scratch: ScratchDirectory,
  name: string,
  args: readonly string[],
): Uint8Array {
  const out = scratch.file(`${name}.csr`);
  opensslOk(['req', '-new', '-subj', SUBJECT, ...args, '-outform', 'DER', '-out', out]);
  return scratch.read(`${name}.csr`);
}

/** The same request around changed CertificationRequestInfo, signed again: only the change is wrong. */
export function signedAgain(request: Uint8Array, info: Uint8Array, key: KeyObject): Uint8Array {
  const signature = sign('sha256', info, key);
  const bits = wrapped(0x03, Uint8Array.of(0), signature);
  return wrapped(0x30, info, elementAt(request, [1]), bits);
}

export function pemOf(path: string): string {
  return readFileSync(path, 'utf8');
}
