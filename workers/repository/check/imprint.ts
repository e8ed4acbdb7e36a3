import { bytesEqual, hexFromBytes } from '../../../shared/bytes.ts';
import type { Certificate } from './certificate.ts';
import { digest, hashNameOf } from './signature.ts';
import type { MessageImprint } from './time-stamp-token.ts';
import type { Facts, Trail } from './trail.ts';

/** What was given with a token and may be what was stamped, whatever else it may be. */
export interface Candidate {
  readonly name: string;
  /** Undefined: it is there, and the browser could not hand it out. */
  readonly octets: Uint8Array | undefined;
  /** All that is in it, if that is certificates and nothing beside them; else none. */
  readonly onlyCertificates: readonly Certificate[];
}

export type Comparison = 'same' | 'differs' | 'not-compared';

/** Each candidate with what came of it. */
export type Comparisons = ReadonlyMap<Candidate, Comparison>;

/**
 * RFC 3161 2.4.2 messageImprint: the candidates' digests beside the stamped one. SHA-1 is compared too:
 * that it is the same proves little, that it differs proves all.
 */
export async function compareImprint(
  { hash: oid, digest: stamped }: MessageImprint,
  candidates: readonly Candidate[],
): Promise<Comparisons> {
  const hash = hashNameOf(oid);
  const comparisons = new Map<Candidate, Comparison>();
  for (const candidate of candidates) {
    const { octets } = candidate;
    const found = hash === undefined || !octets ? undefined : await digest(hash, octets);
    const same = found !== undefined && bytesEqual(found, stamped);
    comparisons.set(candidate, !found ? 'not-compared' : same ? 'same' : 'differs');
  }
  return comparisons;
}

/** What the comparison means for the token. */
export type ImprintOutcome =
  /** Nothing was given beside the token. */
  | 'no-data'
  | 'same'
  /** Nothing that was given is what was stamped. */
  | 'differs'
  /** Something was given of which it cannot be said. */
  | 'open';

/** Names the candidates in the trail: which of them was stamped and which were not. */
export function noteImprint(
  imprint: MessageImprint,
  comparisons: Comparisons,
  trail: Trail,
): ImprintOutcome {
  const hash = hashNameOf(imprint.hash);
  const weak = hash === 'SHA-1';
  const facts = { hash: hash ?? imprint.hash, digest: hexFromBytes(imprint.digest) };
  if (hash === undefined) trail.open('imprint', 'unknown-hash', facts);
  else if (comparisons.size === 0) trail.open('imprint', weak ? 'weak-hash' : 'no-data', facts);
  for (const [{ name, octets }, comparison] of comparisons) {
    const named = { ...facts, file: name };
    if (!octets) trail.open('imprint', 'not-read', named);
    else if (comparison === 'differs') trail.failed('imprint', 'not-stamped', named);
    else if (comparison === 'same') noteSame(weak, named, trail);
  }
  return outcomeOf(weak, new Set(comparisons.values()));
}

function noteSame(weak: boolean, facts: Facts, trail: Trail): void {
  if (weak) trail.open('imprint', 'same-weak-hash', facts);
  else trail.passed('imprint', facts);
}

function outcomeOf(weak: boolean, found: ReadonlySet<Comparison>): ImprintOutcome {
  if (found.size === 0) return 'no-data';
  if (found.has('same')) return weak ? 'open' : 'same';
  return found.has('differs') ? 'differs' : 'open';
}
