import { createHash, type KeyObject, verify } from 'node:crypto';
import { bytesEqual } from '../../shared/bytes.ts';
import { SIGNATURE_ALGORITHM_DER } from '../../shared/der/oids.ts';
import { DERReader } from '../../shared/der/reader.ts';
import { TAG } from '../../shared/der/tags.ts';
import type { SignatureAlgorithm } from '../../shared/signature-algorithm.ts';

const HASHES: readonly (readonly [SignatureAlgorithm, string])[] = [
  ['sha256WithRSAEncryption', 'sha256'],
  ['sha384WithRSAEncryption', 'sha384'],
  ['ecdsa-with-SHA256', 'sha256'],
  ['ecdsa-with-SHA384', 'sha384'],
];

/** SEQUENCE { toBeSigned, AlgorithmIdentifier, BIT STRING }: a Certificate or CertificateList. */
export interface SignedDER {
  readonly tbs: Uint8Array;
  readonly algorithm: Uint8Array;
  readonly signature: Uint8Array;
}

export function splitSignedDER(der: Uint8Array): SignedDER | undefined {
  const outer = new DERReader(der);
  const signed = outer.enter(TAG.sequence);
  const tbs = signed?.whole(TAG.sequence);
  const algorithm = signed?.whole(TAG.sequence);
  const bits = signed?.contents(TAG.bitString);
  if (!tbs || !algorithm || bits?.[0] !== 0 || !signed?.atEnd() || !outer.atEnd()) return undefined;
  return { tbs, algorithm, signature: bits.subarray(1) };
}

/** SHA-256 of the to-be-signed bytes, lower-case hexadecimal; of what is no such structure, of nothing. */
export function tbsSha256Of(der: Uint8Array): string {
  const tbs = splitSignedDER(der)?.tbs ?? new Uint8Array(0);
  return createHash('sha256').update(tbs).digest('hex');
}

/** Whether this key made the outer signature, with one of the algorithms of CP 7.1.3 or ECDSA. */
export function isSignedBy(der: Uint8Array, key: KeyObject): boolean {
  const parts = splitSignedDER(der);
  const known = HASHES.find(
    ([name]) => parts && bytesEqual(SIGNATURE_ALGORITHM_DER[name], parts.algorithm),
  );
  return (
    parts !== undefined && known !== undefined && verify(known[1], parts.tbs, key, parts.signature)
  );
}
