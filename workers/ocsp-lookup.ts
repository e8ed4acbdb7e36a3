import { type CertID, sameCertID } from '../shared/ocsp/cert-id.ts';
import { err, ok, type Result } from '../shared/result.ts';
import { findStoredResponse } from '../shared/snapshot/ocsp-shard-reader.ts';
import type { UnixSeconds } from '../shared/time.ts';
import type { Deps } from './deps.ts';
import { findIssuer } from './issuer-index.ts';
import { memoKey } from './memo.ts';
import { ANSWER_OVERHEAD_BYTES, buildAnswer, type OCSPAnswer } from './ocsp-answer.ts';
import type { Snapshot } from './snapshot.ts';

export type LookupFailure =
  /** Neither issuer hash pair is served here. */
  | { readonly code: 'unknown-issuer' }
  /** RSP-14: nothing that is here was signed about this serial number of the issuer. */
  | { readonly code: 'unassigned-serial'; readonly issuer: string }
  /** No verified head, or a blob that no store gives. */
  | { readonly code: 'unavailable' }
  /** The signed snapshot contradicts itself. */
  | { readonly code: 'inconsistent' };

export type Lookup = Result<OCSPAnswer, LookupFailure>;

/** What an entry takes in memory beside its key of two octets a character. */
const GIVEN_OVERHEAD_BYTES = 256;

/** Requests longer than a URL that clients use for GET (REQ-5) are looked up each time. */
const GIVEN_KEY_MAX_CHARACTERS = 255;

/** The answer if it is in memory and no re-reading is due: nothing parsed, hashed or awaited. */
export function heldAnswer(asked: string, deps: Deps, now: UnixSeconds): OCSPAnswer | undefined {
  const given = deps.given.get(asked);
  return given && given.snapshot === deps.heads.ready(now) ? given.answer : undefined;
}

/**
 * The answer of the newest snapshot, read from the stores as far as memory does not hold it.
 * `asked` is the request as it was sent, under which the answer will be remembered.
 */
export async function findAnswer(asked: string, certID: CertID, deps: Deps): Promise<Lookup> {
  const snapshot = await deps.heads.current();
  if (!snapshot) return err({ code: 'unavailable' });
  const found = await findInSnapshot(certID, snapshot, deps);
  if (found.ok && asked.length <= GIVEN_KEY_MAX_CHARACTERS) {
    const weight = 2 * asked.length + GIVEN_OVERHEAD_BYTES;
    deps.given.put(asked, { snapshot, answer: found.value }, weight);
  }
  return found;
}

async function findInSnapshot(certID: CertID, snapshot: Snapshot, deps: Deps): Promise<Lookup> {
  const issuer = findIssuer(snapshot.issuers, certID);
  if (!issuer) return err({ code: 'unknown-issuer' });
  const shardHash = deps.shards.heldShardHash(issuer, certID.serialNumber);
  const held = shardHash && deps.answers.get(answerKey(shardHash, certID));
  if (held && sameCertID(held.certID, certID)) return ok(held);
  const shard = await deps.shards.readShard(issuer, certID.serialNumber);
  if (!shard.ok) {
    return err({ code: shard.error.code === 'blob-unavailable' ? 'unavailable' : 'inconsistent' });
  }
  const stored = shard.value && findStoredResponse(shard.value.shard, certID.serialNumber);
  if (!shard.value || !stored) return err({ code: 'unassigned-serial', issuer: issuer.label });
  const answers = deps.monitoring.answersOf(issuer.label);
  const answer = await buildAnswer(shard.value, stored, certID, answers);
  const weight = answer.der.length + ANSWER_OVERHEAD_BYTES;
  deps.answers.put(answerKey(shard.value.hash, certID), answer, weight);
  return ok(answer);
}

/** An answer follows from the shard, the hash and the serial number; a new shard has a new hash. */
function answerKey(shardHash: Uint8Array, certID: CertID): string {
  return certID.hash + memoKey(shardHash) + memoKey(certID.serialNumber);
}
