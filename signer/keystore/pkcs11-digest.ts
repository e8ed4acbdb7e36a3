import { createHash } from 'node:crypto';
import { BugError } from '../../shared/result.ts';
import type { DigestName, SigningPlan } from './key-kind.ts';
import type { PackedMessages } from './keystore.ts';
import { messageAt } from './packed-messages.ts';
import { LONGEST_INPUT, type Pkcs11Inputs, type Pkcs11Mechanism } from './pkcs11-protocol.ts';

/** RFC 8017 9.2 note 1: what stands before the digest in a DER DigestInfo. */
const DIGEST_INFO_PREFIX: Readonly<Record<DigestName, Uint8Array>> = {
  sha1: Buffer.from('3021300906052b0e03021a05000414', 'hex'),
  sha256: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  sha384: Buffer.from('3041300d060960864801650304020205000430', 'hex'),
};

const DIGEST_LENGTH: Readonly<Record<DigestName, number>> = { sha1: 20, sha256: 32, sha384: 48 };

/** CKM_RSA_PKCS pads what it is given, so it is given the DigestInfo; CKM_ECDSA the digest. */
export function mechanismFor(kind: 'rsa' | 'ec'): Pkcs11Mechanism {
  return kind === 'rsa' ? 'CKM_RSA_PKCS' : 'CKM_ECDSA';
}

/**
 * Hashes messages `first` up to `afterLast` here, because a module must never get a long buffer:
 * bindings were seen to let one be collected while the module was reading it.
 */
export function pkcs11Inputs(
  plan: SigningPlan,
  messages: PackedMessages,
  first: number,
  afterLast: number,
): Pkcs11Inputs {
  const { digest } = plan;
  if (digest === null) throw new BugError('no digest to sign');
  const prefix = plan.kind === 'rsa' ? DIGEST_INFO_PREFIX[digest] : new Uint8Array(0);
  const inputLength = prefix.length + DIGEST_LENGTH[digest];
  if (inputLength > LONGEST_INPUT) throw new BugError('PKCS#11 input too long');
  const bytes = new Uint8Array((afterLast - first) * inputLength);
  for (let i = first; i < afterLast; i++) {
    const at = (i - first) * inputLength;
    bytes.set(prefix, at);
    bytes.set(createHash(digest).update(messageAt(messages, i)).digest(), at + prefix.length);
  }
  return { bytes, inputLength };
}
