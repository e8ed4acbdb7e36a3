import { createHash } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { bytesEqual, concatBytes, hexFromBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Share } from './share-file.ts';

/**
 * What is shared: length (u16), passphrase, zeros up to a whole number of blocks, the first octets of
 * a SHA-256 over all of it. So a share tells little of the length, and a wrong combination is noticed
 * without anything in a share by which guesses could be tried.
 */
const BLOCK = 64;
const CHECK_OCTETS = 16;
export const PASSPHRASE_OCTETS_MAX = 1_024;

export interface SplitOrder {
  readonly passphrase: Uint8Array;
  readonly opens: string;
  /** 2 to 255. */
  readonly shares: number;
  /** 2 to `shares`. */
  readonly threshold: number;
  readonly randomBytes: (length: number) => Uint8Array;
}

export async function splitPassphrase(order: SplitOrder): Promise<readonly Share[]> {
  const { passphrase, opens, shares, threshold } = order;
  const secret = padded(passphrase);
  const set = hexFromBytes(order.randomBytes(8));
  const pieces = await split(secret, shares, threshold);
  secret.fill(0);
  return pieces.map((data, i) => ({ set, opens, number: i + 1, of: shares, threshold, data }));
}

function padded(passphrase: Uint8Array): Uint8Array {
  const length = Math.ceil((2 + passphrase.length + CHECK_OCTETS) / BLOCK) * BLOCK;
  const secret = new Uint8Array(length);
  secret.set([passphrase.length >> 8, passphrase.length & 0xff]);
  secret.set(passphrase, 2);
  secret.set(checkOf(secret.subarray(0, -CHECK_OCTETS)), length - CHECK_OCTETS);
  return secret;
}

function checkOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest()).subarray(0, CHECK_OCTETS);
}

export type CombineError =
  /** Of another split than the first one; `number` in its own set. */
  | { readonly code: 'shares-mixed'; readonly index: number }
  /** The same share twice. */
  | { readonly code: 'share-doubled'; readonly number: number }
  | { readonly code: 'shares-too-few'; readonly given: number; readonly threshold: number }
  /** Each is whole, and together they give nothing: one of them was made up. */
  | { readonly code: 'shares-disagree' };

/** The passphrase; the caller erases it. */
export async function combineShares(
  shares: readonly Share[],
): Promise<Result<Uint8Array, CombineError>> {
  const [first] = shares;
  const mixed = shares.findIndex((share) => !isOfSet(share, first));
  if (mixed > 0) return err({ code: 'shares-mixed', index: mixed });
  const numbers = shares.map(({ number }) => number);
  const doubled = numbers.find((number, i) => numbers.indexOf(number) !== i);
  if (doubled !== undefined) return err({ code: 'share-doubled', number: doubled });
  const threshold = first?.threshold ?? 2;
  if (shares.length < threshold)
    return err({ code: 'shares-too-few', given: shares.length, threshold });
  try {
    const secret = await combine(shares.slice(0, threshold).map(({ data }) => data));
    const body = secret.subarray(0, -CHECK_OCTETS);
    const length = ((secret[0] ?? 0) << 8) | (secret[1] ?? 0);
    const isWhole =
      bytesEqual(checkOf(body), secret.subarray(-CHECK_OCTETS)) && 2 + length <= body.length;
    return isWhole
      ? ok(concatBytes([body.subarray(2, 2 + length)]))
      : err({ code: 'shares-disagree' });
  } catch {
    return err({ code: 'shares-disagree' });
  }
}

function isOfSet(share: Share, first: Share | undefined): boolean {
  const { set, opens, of, threshold, data } = share;
  return (
    set === first?.set &&
    opens === first.opens &&
    of === first.of &&
    threshold === first.threshold &&
    data.length === first.data.length
  );
}
