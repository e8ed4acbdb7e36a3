import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { asciiBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { decryptPkcs8 } from './encrypted-pkcs8.ts';
import { readKeyFile } from './key-files.ts';
import { publicKeyFrom, signatureLength, signingPlan } from './key-kind.ts';
import type { KeystoreError, KeystoreSignatureAlgorithm, PublicKey } from './keystore.ts';
import type { PackedSigner } from './packed-signature.ts';

export interface FileKey {
  readonly privateKey: KeyObject;
  readonly publicKey: PublicKey;
}

/** Decrypts the key of a label; what it answers can sign and fits its public half. */
export async function loadFileKey(
  directory: string,
  label: string,
  passphrase: Uint8Array,
): Promise<Result<FileKey, KeystoreError>> {
  const text = await readKeyFile(directory, label);
  if (!text.ok) return text;
  const decrypted = decryptPkcs8(text.value, passphrase);
  if (!decrypted.ok && decrypted.error.code === 'damaged') {
    return unfit(label, decrypted.error.reason);
  }
  if (!decrypted.ok) return err({ code: 'passphrase-wrong' });
  const privateKey = decrypted.value;
  const publicHalf = createPublicKey(privateKey);
  const publicKey = publicKeyFrom(publicHalf);
  if (publicKey === undefined) return unfit(label, 'not a key type that a policy may ask for');
  if (!isPair(privateKey, publicHalf)) return unfit(label, 'private and public half do not fit');
  return ok({ privateKey, publicKey });
}

/** Whether the halves belong together; the signature made to find out is over no artifact and dropped. */
function isPair(privateKey: KeyObject, publicKey: KeyObject): boolean {
  const digest = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const text = asciiBytes('pairwise consistency test');
  try {
    return verify(digest, text, publicKey, sign(digest, text, privateKey));
  } catch {
    return false;
  }
}

/** The key with what the algorithm asks for, or `algorithm-unsupported` for another kind of key. */
export function packedSigner(
  { privateKey, publicKey }: FileKey,
  algorithm: KeystoreSignatureAlgorithm,
): Result<PackedSigner, KeystoreError> {
  const plan = signingPlan(algorithm);
  if (plan.kind !== publicKey.algorithm.kind)
    return err({ code: 'algorithm-unsupported', algorithm });
  const { digest } = plan;
  return ok({ key: privateKey, digest, signatureLength: signatureLength(publicKey.algorithm) });
}

function unfit(label: string, reason: string): Result<never, KeystoreError> {
  return err({ code: 'key-unfit', label, reason });
}
