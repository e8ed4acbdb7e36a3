import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { asciiBytes, base64FromBytes, hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { sha256 } from '../issuance/public-key.ts';
import type { Approval } from './bundle.ts';
import { octetsOf } from './canonical-document.ts';

/** Keeps an approval from being taken for anything else that this key signs, such as a TLS handshake. */
function approvalMessage(requestSha256: string): Uint8Array {
  return asciiBytes(`inkan ceremony approval 1\n${requestSha256}\n`);
}

/** An operator whose approval the offline host counts: pinned there, not learned from the bundle. */
export interface Approver {
  readonly name: string;
  /** Lower-case hexadecimal SHA-256 of the SubjectPublicKeyInfo of the operator's certificate. */
  readonly spkiSha256: string;
}

/** ECDSA with SHA-256 over the request's hash, by the key of the operator's TLS certificate. */
export function approve(
  requestSha256: string,
  operator: string,
  key: KeyObject,
): Result<Approval, { readonly code: 'key-unfit' }> {
  try {
    if (key.asymmetricKeyType !== 'ec') return err({ code: 'key-unfit' });
    const spki = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
    const signature = sign('sha256', approvalMessage(requestSha256), key);
    return ok({
      operator,
      spki: base64FromBytes(spki),
      signature: base64FromBytes(new Uint8Array(signature)),
    });
  } catch {
    return err({ code: 'key-unfit' });
  }
}

export type ApprovalError =
  /**
   * An approval's signature is not over this request: the bundle was changed after it was approved.
   * `operator` is the name that is pinned for the key, whatever the approval calls it.
   */
  | { readonly code: 'approval-wrong'; readonly operator: string }
  | {
      readonly code: 'approvals-missing';
      readonly required: number;
      readonly found: readonly string[];
    };

/** Names of the pinned operators who approved, each counted once; approvals of others do not count. */
export function checkApprovals(
  requestSha256: string,
  approvals: readonly Approval[],
  pinned: { readonly required: number; readonly operators: readonly Approver[] },
): Result<readonly string[], ApprovalError> {
  const message = approvalMessage(requestSha256);
  const found = new Set<string>();
  for (const { spki, signature } of approvals) {
    const fingerprint = hexFromBytes(sha256(octetsOf(spki)));
    const approver = pinned.operators.find(({ spkiSha256 }) => spkiSha256 === fingerprint);
    if (!approver) continue;
    const key = publicKey(octetsOf(spki));
    if (!key || !verify('sha256', message, key, octetsOf(signature)))
      return err({ code: 'approval-wrong', operator: approver.name });
    found.add(approver.name);
  }
  if (found.size >= pinned.required) return ok([...found]);
  return err({ code: 'approvals-missing', required: pinned.required, found: [...found] });
}

function publicKey(spki: Uint8Array): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ec' ? key : undefined;
  } catch {
    return undefined;
  }
}
