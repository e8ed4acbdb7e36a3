import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { bytesEqual } from '../../../shared/bytes.ts';
import { SIGNATURE_ALGORITHM_DER } from '../../../shared/der/oids.ts';
import { isSignedBy, splitSignedDER } from '../../signing/signed-der.ts';
import type { Finding } from '../requirement.ts';
import { notice } from './file-requirement.ts';

const SOURCE = 'RFC 5280 6.1.3, 6.3.3; RFC 6960 3.2';

/**
 * What is found about the outer signature. An algorithm that nothing here is signed with is not
 * tried: its own rule tells of it.
 */
export function signatureFindings(
  der: Uint8Array,
  signer: { readonly spki: Uint8Array; readonly name: string } | null,
): readonly Finding[] {
  const algorithm = splitSignedDER(der)?.algorithm;
  const known = Object.values(SIGNATURE_ALGORITHM_DER).some(
    (der) => algorithm && bytesEqual(der, algorithm),
  );
  if (!signer) return [notice('signature', SOURCE, 'not verified: no --issuer was given')];
  if (!known) return [notice('signature', SOURCE, 'not verified: signed with another algorithm')];
  if (isSignedWith(der, signer.spki)) return [];
  const reason = `the signature does not verify with the key of ${signer.name}`;
  return [{ rule: 'signature', source: SOURCE, level: 'error', reason }];
}

/** false also for a key of another kind than the algorithm, and one that OpenSSL will not take. */
function isSignedWith(der: Uint8Array, spki: Uint8Array): boolean {
  const key = keyOf(spki);
  try {
    return key !== undefined && (isSignedBy(der, key) || isSignedWithSHA1(der, key));
  } catch {
    return false;
  }
}

/** Nothing that is published is taken with SHA-1; certificates may still carry it (CRT-5). */
function isSignedWithSHA1(der: Uint8Array, key: KeyObject): boolean {
  const parts = splitSignedDER(der);
  const sha1 = SIGNATURE_ALGORITHM_DER.sha1WithRSAEncryption;
  if (!parts || !bytesEqual(parts.algorithm, sha1)) return false;
  return verify('sha1', parts.tbs, key, parts.signature);
}

function keyOf(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
