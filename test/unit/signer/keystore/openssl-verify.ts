import type { PublicKey } from '../../../../signer/keystore/keystore.ts';
import { tlv } from '../../../support/octets.ts';
import { openssl, type ScratchDirectory } from '../../../support/openssl.ts';

/** RFC 3279 2.2.3 ECDSA-Sig-Value of a packed r || s, made here apart from the product. */
export function ecdsaSigValue(packed: Uint8Array): Uint8Array {
  const half = packed.length / 2;
  return tlv(0x30, integer(packed.subarray(0, half)), integer(packed.subarray(half)));
}

function integer(field: Uint8Array): Uint8Array {
  const digits = BigInt(`0x${Buffer.from(field).toString('hex')}`).toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return tlv(0x02, (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.from([0]), bytes]));
}

/** Whether the openssl command line accepts a packed signature. */
export function opensslVerifies(
  scratch: ScratchDirectory,
  publicKey: PublicKey,
  digest: 'sha1' | 'sha256' | 'sha384' | 'none',
  message: Uint8Array,
  packed: Uint8Array,
): boolean {
  const signature = publicKey.algorithm.kind === 'ec' ? ecdsaSigValue(packed) : packed;
  const key = scratch.write('verify.spki', publicKey.spki);
  const signed = scratch.write('verify.sig', signature);
  const data = scratch.write('verify.data', message);
  const how = digest === 'none' ? ['-rawin'] : ['-rawin', '-digest', digest];
  const files = ['-pubin', '-inkey', key, '-keyform', 'DER', '-in', data, '-sigfile', signed];
  return openssl(['pkeyutl', '-verify', ...files, ...how]).status === 0;
}
