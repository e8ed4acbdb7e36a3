import { verify } from 'node:crypto';
import { bytesEqual } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { decodeSignedHead, type Head, type PublicationKey } from '../../shared/snapshot/head.ts';
import type { Reader } from '../database/database.ts';
import { epochNumbered, latestEpoch } from '../database/epoch-table.ts';
import { sha256 } from '../issuance/public-key.ts';
import { publicKeyFromSPKI } from '../signing/verify-signature.ts';

/** A head that the publication key signed, wherever it was found. */
export interface PublishedHead {
  readonly head: Head;
  readonly note: Uint8Array;
  /** SHA-256 of its text; the next head names it. */
  readonly headHash: Uint8Array;
}

/** `spki` is that of `key`; undefined when this key did not sign it. */
export function verifyHead(
  note: Uint8Array,
  key: PublicationKey,
  spki: Uint8Array,
): PublishedHead | undefined {
  const signed = decodeSignedHead(note, key);
  if (!signed.ok) return undefined;
  const { head, text, signature } = signed.value;
  if (!verify(null, text, publicKeyFromSPKI(spki), signature)) return undefined;
  return { head, note, headHash: sha256(text) };
}

/** This state is not the one that published last: going on would give a number out twice. */
export interface StateBehind {
  readonly code: 'state-behind';
  readonly published: number;
  readonly recorded: number;
  /** `behind`: the store has later epochs; `fork`: another one with the same number. */
  readonly how: 'behind' | 'fork';
}

/** Whether what the store shows is of this state's past; a store that lost its head shows nothing. */
export function compareHead(db: Reader, found: PublishedHead): Result<true, StateBehind> {
  const recorded = latestEpoch(db)?.number ?? 0;
  const published = found.head.epoch;
  if (published > recorded)
    return err({ code: 'state-behind', published, recorded, how: 'behind' });
  const same = epochNumbered(db, published);
  if (!same || bytesEqual(same.headHash, found.headHash)) return ok(true);
  return err({ code: 'state-behind', published, recorded, how: 'fork' });
}

/** One sentence for people. */
export function stateBehindText({ published, recorded, how }: StateBehind): string {
  return how === 'behind'
    ? `the store has epoch ${published}, and this state ends with epoch ${recorded}`
    : `the store has another epoch ${published} than this state: two states have published`;
}
