import { type KeyObject, sign } from 'node:crypto';
import type { DigestName } from './key-kind.ts';
import type { PackedMessages } from './keystore.ts';
import { messageAt } from './packed-messages.ts';

/** One key with what is needed to put its signatures in packed form; may cross to a thread. */
export interface PackedSigner {
  readonly key: KeyObject;
  readonly digest: DigestName | null;
  readonly signatureLength: number;
}

/**
 * Signs on the calling thread: RFC 8017 8.2 for RSA, FIPS 186-5 6.4 for ECDSA, RFC 8032 for Ed25519.
 * `into` must have room for one packed signature at `at`.
 */
export function signInto(
  signer: PackedSigner,
  message: Uint8Array,
  into: Uint8Array,
  at: number,
): void {
  const signature = sign(signer.digest, message, signer.key);
  if (signer.key.asymmetricKeyType !== 'ec') {
    if (signature.length !== signer.signatureLength) throw new RangeError('signature length');
    into.set(signature, at);
    return;
  }
  // Not `dsaEncoding: 'ieee-p1363'`: that makes Node.js export the key on every call, which takes
  // more than twice as long as the signature itself.
  const half = signer.signatureLength / 2;
  const s = copyInteger(signature, 2, into, at, half);
  copyInteger(signature, s, into, at + half, half);
}

/** All messages in order, one synchronous loop. */
export function signPacked(
  signer: PackedSigner,
  messages: PackedMessages,
): Uint8Array<ArrayBuffer> {
  const signatures = new Uint8Array(messages.ends.length * signer.signatureLength);
  for (let i = 0; i < messages.ends.length; i++) {
    signInto(signer, messageAt(messages, i), signatures, i * signer.signatureLength);
  }
  return signatures;
}

/**
 * Copies the INTEGER at `from` of a DER ECDSA-Sig-Value (RFC 3279 2.2.3) as `length` octets, and
 * answers where the next one begins. On P-256 and P-384 every length is a single octet.
 */
function copyInteger(
  der: Uint8Array,
  from: number,
  into: Uint8Array,
  at: number,
  length: number,
): number {
  const end = from + 2 + (der[from + 1] ?? 0);
  let start = from + 2;
  if (der[start] === 0) start++;
  if (der[from] !== 0x02 || end > der.length || end - start > length) {
    throw new RangeError('ECDSA-Sig-Value');
  }
  into.set(der.subarray(start, end), at + length - (end - start));
  return end;
}
