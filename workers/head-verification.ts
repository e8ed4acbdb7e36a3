import { bytesEqual } from '../shared/bytes.ts';
import { err, ok, type Result } from '../shared/result.ts';
import {
  decodeSignedHead,
  type Head,
  type PublicationKey,
  type SignedHead,
} from '../shared/snapshot/head.ts';
import type { Seconds, UnixSeconds } from '../shared/time.ts';
import type { Refusal } from './monitoring.ts';

/** How far the clocks of signer and edge may differ. */
const CLOCK_TOLERANCE: Seconds = 300;

/** A head whose signature the pinned key made. */
export interface VerifiedHead {
  readonly head: Head;
  /** The octets that were signed. */
  readonly text: Uint8Array;
}

export type HeadRefusal = { readonly refusal: Refusal; readonly detail: string };

export type HeadVerifier = (note: Uint8Array) => Promise<Result<VerifiedHead, HeadRefusal>>;

/** Checks form, origin and Ed25519 signature (RFC 8032) of a signed note against one key. */
export function headVerifier(key: PublicationKey): HeadVerifier {
  let verifyingKey: CryptoKey | undefined;
  return async (note) => {
    const decoded = decodeSignedHead(note, key);
    if (!decoded.ok) return err({ refusal: 'head-format', detail: decoded.error.reason });
    verifyingKey ??= await importKey(key);
    const { head, text } = decoded.value;
    if (await isSignedBy(verifyingKey, decoded.value)) return ok({ head, text });
    return err({ refusal: 'head-signature', detail: `epoch ${head.epoch}` });
  };
}

function importKey(key: PublicationKey): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key.publicKey, 'Ed25519', false, ['verify']);
}

function isSignedBy(key: CryptoKey, { text, signature }: SignedHead): Promise<boolean> {
  return crypto.subtle.verify('Ed25519', key, signature, text);
}

/**
 * What a verified head must keep to beside one adopted earlier: the epoch rises, and an epoch has
 * one text. An expired head is accepted: its answers may well be valid, and whoever withholds new
 * heads could as well withhold this one. It is counted, so that the frozen store is noticed.
 */
export function headRefusal(
  { head, text }: VerifiedHead,
  seen: VerifiedHead | undefined,
  now: UnixSeconds,
): HeadRefusal | undefined {
  if (head.time > now + CLOCK_TOLERANCE) {
    return { refusal: 'head-from-the-future', detail: `epoch ${head.epoch}` };
  }
  if (!seen) return undefined;
  if (head.epoch < seen.head.epoch) {
    return { refusal: 'head-rollback', detail: `epoch ${head.epoch} after ${seen.head.epoch}` };
  }
  if (head.epoch === seen.head.epoch && !bytesEqual(text, seen.text)) {
    return { refusal: 'head-conflict', detail: `epoch ${head.epoch}` };
  }
  return undefined;
}
